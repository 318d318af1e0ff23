// A drawing pad. After every stroke the picture goes to Python as a PNG, together with the
// strokes themselves, with which a new pad continues where the last one ended. On the keyboard, the
// arrow keys move a pen that Space or Enter lowers and lifts.

const SIDE = 336; // pixels of the picture's longer side
const SOFT = 0.3; // how far a stroke fades, in its widths
const STEP = 0.04; // of the sheet, by an arrow key; a quarter of it with Shift
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export default function ({ data, parentElement, setStateValue }) {
  // called again at every rerun and change of theme: what is drawn is kept on the canvas
  const canvas = parentElement.querySelector("canvas");
  canvas.pad ??= begin(parentElement, canvas, data);
  canvas.pad.send = (drawing) => setStateValue("drawing", drawing);
}

function begin(root, canvas, { strokes, ground, colours, aspect }) {
  const pad = { strokes: [...strokes], colour: colours[0].value, stroke: null, send: null };
  const context = canvas.getContext("2d");
  const [undo, clear] = ["undo", "clear"].map((name) => root.querySelector(`.${name}`));
  const width = root.querySelector("input");
  canvas.width = Math.round(SIDE * Math.min(1, aspect));
  canvas.height = Math.round(SIDE / Math.max(1, aspect));
  canvas.style.aspectRatio = aspect;
  root.querySelector(".sheet").style.maxWidth = `${100 * Math.min(1, aspect)}%`;

  const show = () => {
    context.shadowBlur = 0;
    context.fillStyle = ground;
    context.fillRect(0, 0, canvas.width, canvas.height);
    for (const stroke of pad.strokes) draw(context, stroke);
    if (pad.stroke) draw(context, pad.stroke);
    const empty = pad.strokes.length === 0;
    undo.disabled = clear.disabled = empty;
    root.querySelector(".hint").hidden = !empty || pad.stroke !== null;
  };
  const change = (kept) => {
    pad.strokes = kept;
    show();
    const png = kept.length ? canvas.toDataURL("image/png").split(",")[1] : null;
    pad.send({ png, strokes: kept });
  };
  const end = () => {
    const stroke = pad.stroke;
    pad.stroke = null;
    change([...pad.strokes, stroke]);
  };
  const add = (event) => {
    const box = canvas.getBoundingClientRect();
    const moved = event.getCoalescedEvents?.() ?? [];
    for (const { clientX, clientY } of moved.length ? moved : [event])
      pad.stroke.points.push([
        share(clientX - box.left, box.width),
        share(clientY - box.top, box.height),
      ]);
    show();
  };

  canvas.onpointerdown = (event) => {
    if (!event.isPrimary || event.button !== 0) return;
    event.preventDefault();
    pad.lift(); // of two pens, the one that came last draws
    canvas.setPointerCapture(event.pointerId);
    pad.pointer = event.pointerId;
    pad.stroke = { colour: pad.colour, width: Number(width.value) / 100, points: [] };
    add(event);
  };
  canvas.onpointermove = (event) => {
    if (event.pointerId === pad.pointer) add(event);
  };
  canvas.onpointerup = canvas.onpointercancel = (event) => {
    if (event.pointerId !== pad.pointer) return;
    pad.pointer = null;
    end();
  };
  pad.lift = write(root, pad, {
    begin: (point) => {
      pad.stroke = { colour: pad.colour, width: Number(width.value) / 100, points: [point] };
      show();
    },
    go: (point) => {
      pad.stroke.points.push(point);
      show();
    },
    end,
  });
  undo.onclick = () => change(pad.strokes.slice(0, -1));
  clear.onclick = () => change([]);
  if (colours.length > 1) offer(root.querySelector(".colours"), colours, pad);
  show();
  return pad;
}

// Drawing by keyboard: the pen is where the arrow keys left it, and visible while it has the focus.
// Gives what lifts it.
function write(root, pad, { begin, go, end }) {
  const [sheet, pen, said] = [".sheet", ".pen", ".said"].map((name) => root.querySelector(name));
  let [place, down] = [[0.5, 0.5], false];
  const show = (words) => {
    [pen.style.left, pen.style.top] = place.map((each) => `${100 * each}%`);
    pen.classList.toggle("down", down);
    said.textContent = words;
  };
  const where = () => place.map((each) => `${Math.round(100 * each)}%`).join(" across, ") + " down";
  const lift = () => {
    if (!down) return;
    down = false;
    end();
    show(`Pen up. Strokes: ${pad.strokes.length}`);
  };
  sheet.onkeydown = (event) => {
    const [arrow, press] = [ARROWS[event.key], event.key === " " || event.key === "Enter"];
    if ((!arrow && !press) || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    if (arrow) {
      const step = event.shiftKey ? STEP / 4 : STEP;
      place = place.map((each, i) => share(Math.min(1, Math.max(0, each + step * arrow[i])), 1));
      if (down) go(place);
      show(where());
    } else if (down) lift();
    else if (!event.repeat && !pad.stroke) {
      down = true;
      begin(place);
      show(`Pen down at ${where()}`);
    }
  };
  sheet.onblur = lift;
  show("");
  return lift;
}

function share(distance, length) {
  return Math.round((distance / length) * 1000) / 1000;
}

function draw(context, { colour, width, points }) {
  const { width: across, height: down } = context.canvas;
  const shorter = Math.min(across, down);
  const places = points.map(([x, y]) => [x * across, y * down]);
  context.strokeStyle = context.shadowColor = colour;
  context.lineWidth = width * shorter * (1 - SOFT / 2);
  context.shadowBlur = width * shorter * SOFT;
  context.lineCap = context.lineJoin = "round";
  context.beginPath();
  context.moveTo(...places[0]);
  // curves through the middles between the points, so that a quick stroke has no corners
  for (let i = 1; i < places.length - 1; i++) {
    const [[x, y], [nextX, nextY]] = [places[i], places[i + 1]];
    context.quadraticCurveTo(x, y, (x + nextX) / 2, (y + nextY) / 2);
  }
  context.lineTo(...places.at(-1));
  context.stroke();
}

function offer(group, colours, pad) {
  group.hidden = false;
  const buttons = colours.map(({ name, value }) => {
    const button = document.createElement("button");
    button.type = "button";
    button.title = button.ariaLabel = name;
    button.style.background = value;
    button.onclick = () => {
      pad.colour = value;
      mark();
    };
    return button;
  });
  const mark = () =>
    buttons.forEach((button, i) => (button.ariaPressed = String(colours[i].value === pad.colour)));
  group.replaceChildren(...buttons);
  mark();
}
