// What the mouse, fingers and keys do: move, zoom, point, and select.

const REACH = 14; // pixels between the pointer and what it points at

function listen(map) {
  const { over, root } = map;
  const pointers = new Map();
  const spot = (event) => {
    const area = over.getBoundingClientRect();
    return [event.clientX - area.left, event.clientY - area.top];
  };
  const lassoing = (event) => event.shiftKey || root.querySelector("[name=drag]:checked").value === "lasso";
  let travelled = 0; // pixels, since a button was pressed
  over.onpointerdown = (event) => {
    if (!map.ready || event.button !== 0) return;
    over.focus({ preventScroll: true });
    over.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, spot(event));
    travelled = 0;
    map.lasso = pointers.size === 1 && lassoing(event) ? [spot(event)] : null;
  };
  over.onpointermove = (event) => {
    if (!map.ready) return;
    const now = spot(event);
    if (!pointers.has(event.pointerId)) {
      point(map, now);
      return;
    }
    const before = pointers.get(event.pointerId);
    pointers.set(event.pointerId, now);
    travelled += Math.hypot(now[0] - before[0], now[1] - before[1]);
    if (map.lasso) map.lasso.push(now);
    else if (pointers.size === 2) pinch(map, [...pointers], event.pointerId, before);
    else pan(map, now[0] - before[0], now[1] - before[1]);
    map.draw();
  };
  over.onpointerup = over.onpointercancel = (event) => {
    if (!pointers.delete(event.pointerId) || pointers.size) return;
    const lasso = map.lasso;
    map.lasso = null;
    if (lasso && travelled > 4) {
      select(map, within(map, lasso), event);
    } else if (travelled <= 4 && event.type === "pointerup") {
      const found = nearest(map, spot(event));
      select(map, found < 0 ? [] : [found], event);
    }
    map.draw();
  };
  over.onpointerleave = () => {
    if (pointers.size || !map.ready) return;
    map.pointed = -1;
    light(map, []);
    root.querySelector(".told").hidden = true;
    map.draw();
  };
  over.onwheel = (event) => {
    if (!map.ready) return;
    event.preventDefault();
    zoom(map, Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.002)), spot(event));
  };
  over.ondblclick = (event) => zoom(map, 2, spot(event));
  over.onkeydown = (event) => {
    const steps = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };
    const middle = [over.clientWidth / 2, over.clientHeight / 2];
    if (!map.ready) return;
    if (steps[event.key]) pan(map, ...steps[event.key]);
    else if (event.key === "+" || event.key === "=") zoom(map, 1.4, middle);
    else if (event.key === "-") zoom(map, 1 / 1.4, middle);
    else if (event.key === "0") reset(map);
    else if (event.key === "Escape") select(map, [...map.selected], { altKey: true });
    else if (event.key === "Enter") select(map, [nearest(map, middle, Infinity)], event);
    else return;
    event.preventDefault();
    map.draw();
  };
  const act = {
    in: () => zoom(map, 1.6),
    out: () => zoom(map, 1 / 1.6),
    whole: () => reset(map),
    all: (event) => select(map, [...map.labels.keys()].filter((i) => map.state[i] < 2), event),
  };
  for (const [name, does] of Object.entries(act))
    root.querySelector(`button.${name}`).onclick = (event) => {
      if (!map.ready) return;
      does(event);
      map.draw();
    };
  root.querySelector("[type=search]").oninput = (event) => map.ready && find(map, event.target.value);
}

function pan(map, x, y) {
  map.middle = [map.middle[0] - x / unit(map), map.middle[1] + y / unit(map)];
}

function zoom(map, factor, at = [map.canvas.clientWidth / 2, map.canvas.clientHeight / 2]) {
  const before = toPlace(map, ...at);
  map.zoom = Math.min(400, Math.max(0.5, map.zoom * factor));
  const after = toPlace(map, ...at);
  map.middle = map.middle.map((value, axis) => value + before[axis] - after[axis]);
  map.draw();
}

function pinch(map, pointers, moved, before) {
  const [other] = pointers.filter(([id]) => id !== moved).map(([, spot]) => spot);
  const [now] = pointers.filter(([id]) => id === moved).map(([, spot]) => spot);
  const apart = (spot) => Math.max(10, Math.hypot(spot[0] - other[0], spot[1] - other[1]));
  pan(map, (now[0] - before[0]) / 2, (now[1] - before[1]) / 2);
  zoom(map, apart(now) / apart(before), [(now[0] + other[0]) / 2, (now[1] + other[1]) / 2]);
}

function nearest(map, [x, y], reach = Math.max(REACH, sizeOf(map) / 2)) {
  const [u, v] = toPlace(map, x, y);
  let [found, least] = [-1, (reach / unit(map)) ** 2];
  for (let i = 0; i < map.count; i++) {
    const distance = (map.at[2 * i] - u) ** 2 + (map.at[2 * i + 1] - v) ** 2;
    if (distance < least && map.state[i] < 2) [found, least] = [i, distance];
  }
  return found;
}

// The samples inside a line that was drawn around them: an odd number of crossings to the left.
function within(map, lasso) {
  const line = new Float64Array(lasso.flatMap(([x, y]) => toPlace(map, x, y)));
  const found = [];
  const corners = line.length / 2;
  for (let i = 0; i < map.count; i++) {
    if (map.state[i] >= 2) continue;
    const [x, y] = [map.at[2 * i], map.at[2 * i + 1]];
    let inside = false;
    for (let a = 0, b = corners - 1; a < corners; b = a++) {
      const [ya, yb] = [line[2 * a + 1], line[2 * b + 1]];
      if (ya > y !== yb > y && x < ((line[2 * b] - line[2 * a]) * (y - ya)) / (yb - ya) + line[2 * a])
        inside = !inside;
    }
    if (inside) found.push(i);
  }
  return found;
}

// What was selected stays where that was chosen, or with Ctrl; with Alt ids are taken out of it.
function select(map, ids, event) {
  const chosen = event.ctrlKey || event.metaKey ? "add" : map.root.querySelector(".how").value;
  const how = event.altKey ? "less" : chosen;
  const kept = new Set(how === "new" ? [] : map.selected);
  for (const id of ids) how === "less" ? kept.delete(id) : kept.add(id);
  if (!kept.size && !map.selected.size) return;
  map.selected = kept;
  filter(map);
  map.draw();
  map.pick([...kept].sort((a, b) => a - b));
}
