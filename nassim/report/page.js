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
