// Sort a table by a click on a column's head; missing numbers stay last.
for (const button of document.querySelectorAll("th button")) {
  button.addEventListener("click", () => {
    const head = button.closest("th"), body = head.closest("table").tBodies[0];
    const up = head.getAttribute("aria-sort") !== "ascending", column = Number(button.dataset.column);
    for (const other of head.closest("thead").querySelectorAll("[aria-sort]")) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const key = row => row.cells[column].dataset.value;
    const compare = (a, b) => {
      const [x, y] = [Number(key(a)), Number(key(b))];
      if (Number.isNaN(x) && Number.isNaN(y)) return key(a).localeCompare(key(b)) * (up ? 1 : -1);
      if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) ? 1 : -1;
      return up ? x - y : y - x;
    };
    body.append(...[...body.rows].sort(compare));
  });
}
// Pointing at a strategy in the results brings its curves forward.
for (const row of document.querySelectorAll("tr[data-series]")) {
  const curves = document.querySelectorAll(`.series[data-series="${row.dataset.series}"]`);
  const focus = on => {
    document.body.classList.toggle("focused", on);
    for (const curve of curves) curve.classList.toggle("chosen", on);
  };
  row.addEventListener("mouseenter", () => focus(true));
  row.addEventListener("mouseleave", () => focus(false));
}
// Show what the switches of a section choose; without scripts everything is shown.
for (const form of document.querySelectorAll(".switches")) {
  const section = form.closest("section"), chosen = name => form.elements[name]?.value ?? "";
  const fits = (part, name) => !chosen(name) || !part.dataset[name] || part.dataset[name] === chosen(name);
  const show = () => {
    for (const part of section.querySelectorAll("figure, .group, tbody tr")) {
      const said = !chosen("text") || part.textContent.toLowerCase().includes(chosen("text").toLowerCase());
      part.hidden = !(["benchmark", "axis", "figure"].every(name => fits(part, name)) && said);
    }
  };
  form.hidden = false;
  form.addEventListener("input", show);
  form.addEventListener("submit", event => event.preventDefault());
  show();
}
// Enlarge a figure; the one that is moved comes back when the dialog closes.
const dialog = document.querySelector("dialog"), stage = dialog.querySelector(".stage");
let home = null, width = 100;
const resize = factor => {
  width = Math.min(800, Math.max(25, width * factor));
  stage.firstElementChild.style.width = `${width}%`;
};
for (const button of document.querySelectorAll("button.enlarge")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    home = button.closest("figure");
    stage.replaceChildren(home.querySelector("svg"));
    width = 100;
    resize(Math.min(1, (stage.clientHeight || innerHeight) / stage.firstElementChild.getBoundingClientRect().height || 1));
    dialog.showModal();
  });
}
for (const button of dialog.querySelectorAll("[data-zoom]")) button.addEventListener("click", () => resize(Number(button.dataset.zoom)));
stage.addEventListener("keydown", event => {
  if (event.key === "+" || event.key === "-") resize(event.key === "+" ? 1.25 : 0.8);
});
dialog.addEventListener("close", () => {
  stage.firstElementChild.style.width = "";
  home.prepend(stage.firstElementChild);
  home.querySelector(".enlarge").focus();
});
