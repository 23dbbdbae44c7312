// Draw fronts of the two objectives that a reader picks, within a limit of a third, and say who is best within it.
const explorer = document.querySelector("#explorer");
if (explorer) {
  const data = JSON.parse(explorer.querySelector("[type='application/json']").textContent);
  const form = explorer.querySelector("form"), plot = explorer.querySelector(".plot"), body = explorer.querySelector("tbody");
  const field = name => form.elements[name];
  const WIDE = 520, HIGH = 330, LEFT = 58, FOOT = 40, HEAD = 12, RIGHT = 12;
  const option = (value, text) => Object.assign(document.createElement("option"), {value, textContent: text});
  const digits = value => Number.isFinite(value) ? String(Number(value.toPrecision(4))) : "-";
  const element = (name, attributes, text = "") => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.textContent = text;
    return made;
  };
  // The corners [x, y] of what so many runs attain; a run is a list of [x, y], and lower is better in both.
  const attained = (runs, needed) => {
    const points = runs.flatMap((run, number) => run.map(([x, y]) => [x, y, number])).sort((a, b) => a[0] - b[0]);
    const best = runs.map(() => Infinity), corners = [];
    let last = Infinity;
    points.forEach(([x, y, number], place) => {
      best[number] = Math.min(best[number], y);
      if (place + 1 < points.length && points[place + 1][0] === x) return;
      const value = [...best].sort((a, b) => a - b)[needed - 1];
      if (value < last) corners.push([x, last = value]);
    });
    return corners;
  };
  const middle = values => [...values].sort((a, b) => a - b)[Math.ceil(values.length / 2) - 1];
  const ticks = (low, high) => {
    const step = 10 ** Math.floor(Math.log10((high - low) / 4 || 1)), size = [1, 2, 5, 10].find(k => (high - low) / (k * step) <= 6) * step;
    const first = Math.ceil(low / size);
    return Array.from({length: Math.floor(high / size) - first + 1}, (_, place) => (first + place) * size);
  };
  const show = () => {
    const one = data[field("benchmark").selectedIndex];
    const [y, x, c] = ["y", "x", "cost"].map(name => field(name).selectedIndex);
    const bound = field("limit").value === "" ? NaN : Number(field("limit").value);
    const value = (arch, axis) => one.values[arch][axis] ?? NaN;
    const keeps = arch => Number.isNaN(bound) || one.axes[c].sign * value(arch, c) <= one.axes[c].sign * bound;
    const pair = arch => [one.axes[x].sign * value(arch, x), one.axes[y].sign * value(arch, y)];
    const points = members => members.filter(keeps).map(pair).filter(([a, b]) => Number.isFinite(a) && Number.isFinite(b));
    const rows = Object.entries(one.found).map(([name, runs]) => {
      const inside = runs.map(points), lowest = inside.map(run => Math.min(...run.map(([, b]) => b), Infinity));
      const all = [...new Set(runs.flat())].filter(keeps).filter(arch => Number.isFinite(pair(arch)[1]));
      const best = all.reduce((a, b) => a === null || pair(b)[1] < pair(a)[1] ? b : a, null);
      return {name, share: inside.filter(run => run.length).length / runs.length, half: middle(lowest), best,
        line: attained(inside, Math.ceil(runs.length / 2))};
    });
    const exact = attained([points(one.exact)], 1);
    draw(one, x, y, rows, exact);
    const lowest = row => row.best === null ? NaN : pair(row.best)[1] * one.axes[y].sign;
    const half = row => Number.isFinite(row.half) ? row.half * one.axes[y].sign : NaN;
    const known = one.exact.filter(keeps).sort((a, b) => pair(a)[1] - pair(b)[1])[0];
    body.replaceChildren(...rows.map(row => line(row.name, [row.share, half(row), lowest(row)], row.best, one)),
      ...(one.exact.length ? [line("the exact front", [known === undefined ? 0 : 1, NaN, known === undefined ? NaN : value(known, y)], known ?? null, one)] : []));
    explorer.querySelector(".unit").textContent = one.axes[y].name;
    explorer.querySelector(".sign").textContent = one.axes[c].sign < 0 ? "at least" : "at most";
    explorer.querySelector(".about").textContent = [y, x, c].map(k => `${one.axes[k].name}: ${one.axes[k].about || "as the study has it"}`)
      .filter((said, place, every) => every.indexOf(said) === place).join(". ") + `. Of ${one.runs} runs of each strategy.`;
  };
  const line = (name, numbers, arch, one) => {
    const row = document.createElement("tr"), head = document.createElement("th"), look = explorer.querySelector(`template[data-name="${CSS.escape(name)}"]`);
    head.scope = "row"; head.dataset.value = name;
    const label = document.createElement("span");
    label.className = "name";
    if (look) { label.append(look.content.cloneNode(true)); row.dataset.series = look.dataset.series; }
    label.append(Object.assign(document.createElement("span"), {textContent: name}));
    head.append(label);
    row.append(head, ...numbers.map(number => {
      const cell = document.createElement("td");
      cell.dataset.value = number; cell.textContent = digits(number);
      return cell;
    }));
    const text = document.createElement("td"), code = document.createElement("code");
    text.className = "text"; code.textContent = arch === null ? "-" : one.texts[arch];
    text.append(code); row.append(text);
    return row;
  };
  const draw = (one, x, y, rows, exact) => {
    const [sx, sy] = [one.axes[x].sign, one.axes[y].sign], every = [...rows.flatMap(row => row.line), ...exact];
    plot.replaceChildren();
    if (!every.length) { plot.append(element("text", {x: LEFT, y: HIGH / 2, fill: "currentColor"}, "Nothing keeps this limit.")); return; }
    const range = axis => {
      const values = every.map(point => point[axis]), low = Math.min(...values), high = Math.max(...values), room = (high - low) * 0.05 || Math.abs(low) * 0.05 || 1;
      return [low - room, high + room];
    };
    const [[left, right], [low, high]] = [range(0), range(1)];
    const across = value => LEFT + (value - left) / (right - left) * (WIDE - LEFT - RIGHT);
    const up = value => HIGH - FOOT - (value - low) / (high - low) * (HIGH - FOOT - HEAD);
    const words = (attributes, text) => plot.append(element("text", {fill: "currentColor", "font-size": 11, ...attributes}, text));
    for (const tick of ticks(...[sx * left, sx * right].sort((a, b) => a - b))) {
      plot.append(element("path", {d: `M${across(sx * tick)},${HEAD}V${HIGH - FOOT}`, stroke: "var(--rule)"}));
      words({x: across(sx * tick), y: HIGH - FOOT + 15, "text-anchor": "middle"}, digits(tick));
    }
    for (const tick of ticks(...[sy * low, sy * high].sort((a, b) => a - b))) {
      plot.append(element("path", {d: `M${LEFT},${up(sy * tick)}H${WIDE - RIGHT}`, stroke: "var(--rule)"}));
      words({x: LEFT - 6, y: up(sy * tick) + 4, "text-anchor": "end"}, digits(tick));
    }
    words({x: (LEFT + WIDE - RIGHT) / 2, y: HIGH - 5, "text-anchor": "middle"}, one.axes[x].name);
    words({transform: `translate(12 ${(HEAD + HIGH - FOOT) / 2}) rotate(-90)`, "text-anchor": "middle"}, one.axes[y].name);
    const stairs = corners => corners.map(([a, b], place) => place ? `H${across(a).toFixed(1)}V${up(b).toFixed(1)}` : `M${across(a).toFixed(1)},${up(b).toFixed(1)}`).join("") + `H${WIDE - RIGHT}`;
    for (const row of rows.filter(row => row.line.length)) {
      const look = explorer.querySelector(`template[data-name="${CSS.escape(row.name)}"]`);
      const path = element("path", {d: stairs(row.line), fill: "none", stroke: look.dataset.colour, "stroke-width": 1.8, "stroke-dasharray": look.dataset.dashes,
        class: "series", "data-series": look.dataset.series, "data-corners": JSON.stringify(row.line)});
      path.append(element("title", {}, row.name));
      plot.append(path);
    }
    if (exact.length) plot.append(element("path", {d: stairs(exact), fill: "none", stroke: "currentColor", "stroke-width": 1, "stroke-dasharray": "6 4", "data-corners": JSON.stringify(exact)}));
  };
  const fill = () => {
    const {axes} = data[field("benchmark").selectedIndex];
    for (const [name, place] of [["y", 0], ["x", 1], ["cost", 1]]) {
      field(name).replaceChildren(...axes.map(axis => option(axis.name, axis.name)));
      field(name).selectedIndex = place;
    }
    field("limit").value = "";
  };
  field("benchmark").replaceChildren(...data.map(one => option(one.benchmark, one.benchmark)));
  form.addEventListener("input", event => { if (event.target.name === "benchmark") fill(); show(); });
  form.addEventListener("submit", event => event.preventDefault());
  explorer.hidden = false;
  fill();
  show();
}
