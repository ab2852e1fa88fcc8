// Records chosen in a list, for the buttons in the bar above it. The boxes show once there is a button that wants them.

const MOST = 200;

function mount(bar) {
  const table = document.querySelector("table.records");
  if (!table) return;
  table.classList.toggle("choosing", Boolean(bar.querySelector("button:not([type=button])")));
  if (bar.dataset.mounted) return;
  bar.dataset.mounted = "yes";
  bar.elements.next.value = location.pathname + location.search;
  const all = table.querySelector("[data-choose-all]");
  const boxes = [...table.querySelectorAll("input[name=record]")];
  const show = () => {
    const count = boxes.filter((box) => box.checked).length;
    bar.hidden = !count;
    all.checked = count === boxes.length;
    all.indeterminate = count > 0 && count < boxes.length;
    const words = bar.querySelector("[data-choose-count]");
    words.textContent = words.dataset.chooseCount.replace("#", count);
  };
  const choose = (checked) => {
    boxes.slice(0, MOST).forEach((box) => (box.checked = checked));
    if (bar.elements.all) bar.elements.all.checked = false;
    show();
  };
  table.addEventListener("change", (event) => (event.target === all ? choose(all.checked) : show()));
  bar.querySelector("[data-choose-none]").addEventListener("click", () => choose(false));
  show();
}

const look = () => document.querySelectorAll("[data-choose]").forEach(mount);
document.addEventListener("htmx:after:swap", look);
window.addEventListener("pageshow", look);
look();
