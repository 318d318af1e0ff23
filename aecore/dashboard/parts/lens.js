// The lens over galleries: the pointer wipes a reconstruction to what it was made from, a press
// enlarges it. The pictures are those on the page; the server is only asked to show one on the map.

const ROLES = ["original", "input", "rebuilt"];
const FINE = 160; // pixels a side, from which an enlarged picture is smoothed

export default function ({ parentElement, setTriggerValue }) {
  // called again at every rerun and change of theme: one set of listeners at a time
  const root = parentElement.querySelector(".lens");
  root.stop?.();
  root.map = (number) => setTriggerValue("mapped", number);
  root.at ??= null; // the button of the reconstruction that is enlarged
  const listeners = { pointermove: wipe, pointerout: unwipe, click: (event) => press(root, event) };
  for (const [name, listener] of Object.entries(listeners))
    document.addEventListener(name, listener);
  root.stop = () => {
    for (const [name, listener] of Object.entries(listeners))
      document.removeEventListener(name, listener);
  };
  prepare(root);
  return root.stop;
}

// The pictures that belong to a reconstruction, by their roles.
function pictures(button) {
  const gallery = button.closest(".ae-gallery, .ae-strip");
  const found = {};
  for (const role of ROLES)
    found[role] = gallery.querySelector(`img[data-role=${role}][data-at="${button.dataset.at}"]`);
  return found;
}

function wipe(event) {
  const button = event.target.closest?.(".ae-wipe");
  if (!button) return;
  const { original, input } = pictures(button);
  const before = original ?? input;
  if (!before) return;
  const box = button.getBoundingClientRect();
  const share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
  button.style.setProperty("--at", `${100 * share}%`);
  if (button.classList.contains("ae-wiped")) return;
  button.querySelector("i").style.backgroundImage = `url("${before.src}")`;
  button.classList.add("ae-wiped");
}

function unwipe(event) {
  const button = event.target.closest?.(".ae-wiped");
  if (button && !button.contains(event.relatedTarget)) button.classList.remove("ae-wiped");
}

function press(root, event) {
  const picture = event.target.closest?.(".ae-wipe, .ae-gallery img[data-role]");
  if (!picture) return;
  const gallery = picture.closest(".ae-gallery, .ae-strip");
  const button = gallery.querySelector(`.ae-wipe[data-at="${picture.dataset.at}"]`);
  if (button) enlarge(root, button);
}

function prepare(root) {
  const range = root.querySelector("input");
  const show = () => {
    root.querySelector(".over").style.clipPath = `inset(0 ${100 - range.value}% 0 0)`;
  };
  range.oninput = show;
  const stack = root.querySelector(".stack");
  stack.onpointerdown = stack.onpointermove = (event) => {
    if (event.type === "pointermove" && !event.buttons) return;
    const box = stack.getBoundingClientRect();
    range.value = 100 * Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    show();
  };
  const step = (by) => {
    const all = [...root.at.closest(".ae-gallery, .ae-strip").querySelectorAll(".ae-wipe")];
    enlarge(root, all[(all.indexOf(root.at) + by + all.length) % all.length]);
  };
  root.querySelector(".back").onclick = () => step(-1);
  root.querySelector(".on").onclick = () => step(1);
  root.querySelector(".shown").onclick = () => {
    root.close();
    root.map(Number(root.at.dataset.sample));
  };
  root.querySelector(".close").onclick = () => root.close();
  root.onclick = (event) => {
    if (event.target === root) root.close(); // beside the dialog
  };
  root.onkeydown = (event) => {
    if (event.target === range) return;
    if (event.key === "ArrowLeft") step(-1);
    if (event.key === "ArrowRight") step(1);
  };
}

function enlarge(root, button) {
  root.at = button;
  const found = pictures(button);
  const gallery = button.closest(".ae-gallery, .ae-strip");
  root.querySelector("h2").textContent = button.dataset.title;
  for (const role of ROLES) {
    const figure = root.querySelector(`.${role}`);
    figure.hidden = !found[role];
    if (!found[role]) continue;
    draw(figure.querySelector("canvas"), found[role]);
    figure.querySelector("figcaption").textContent = found[role].dataset.label;
  }
  const before = found.original ?? found.input;
  const range = root.querySelector("input");
  range.closest("label").hidden = root.querySelector(".over").hidden = !before;
  if (before) {
    draw(root.querySelector(".over"), before);
    root.querySelector(".first").textContent = `Reveal: ${before.dataset.label.toLowerCase()}`;
  }
  range.oninput();
  const difference = root.querySelector(".difference");
  difference.hidden = !found.original;
  if (found.original) subtract(difference, found, gallery.dataset.what ?? "light");
  root.querySelector(".shown").hidden = button.dataset.sample === undefined;
  const several = gallery.querySelectorAll(".ae-wipe").length > 1;
  for (const name of [".back", ".on"]) root.querySelector(name).hidden = !several;
  if (!root.open) root.showModal();
}

function draw(canvas, picture) {
  [canvas.width, canvas.height] = [picture.naturalWidth, picture.naturalHeight];
  canvas.classList.toggle("crisp", Math.max(canvas.width, canvas.height) < FINE);
  canvas.ariaLabel = picture.alt;
  canvas.getContext("2d").drawImage(picture, 0, 0);
}

// What is missing in red, what is added in blue, as bright as the largest difference allows.
function subtract(figure, { original, rebuilt }, what) {
  const canvas = figure.querySelector("canvas");
  draw(canvas, original);
  const context = canvas.getContext("2d");
  const { width, height } = canvas;
  const before = context.getImageData(0, 0, width, height).data;
  context.drawImage(rebuilt, 0, 0, width, height);
  const image = context.getImageData(0, 0, width, height);
  const grey = (data, i) => (data[i] + data[i + 1] + data[i + 2]) / 765;
  const signed = new Float32Array(width * height);
  for (let i = 0; i < signed.length; i++)
    signed[i] = grey(image.data, 4 * i) - grey(before, 4 * i);
  const most = signed.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  for (let i = 0; i < signed.length; i++) {
    const share = most ? signed[i] / most : 0;
    const [missing, added] = [Math.max(0, -share), Math.max(0, share)];
    image.data[4 * i] = 255 * missing + 64 * added;
    image.data[4 * i + 1] = 89 * (missing + added);
    image.data[4 * i + 2] = 255 * added;
  }
  context.putImageData(image, 0, 0);
  canvas.ariaLabel = `${original.alt}, difference`;
  figure.querySelector(".missing").textContent = `−${most.toFixed(2)} missing ${what}`;
  figure.querySelector(".added").textContent = `+${most.toFixed(2)} added ${what}`;
}
