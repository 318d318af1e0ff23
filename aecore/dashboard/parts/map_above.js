// What lies over the dots, and what is told of the sample that is pointed at.

const MOST_RINGS = 2000; // around samples that are lit

// What lies over the dots: names, the visitor's own, the lasso, what is pointed at, the overview.
function above(map, ratio) {
  const context = map.over.getContext("2d");
  const style = getComputedStyle(map.root);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, map.over.width, map.over.height);
  context.font = `600 13px ${style.fontFamily}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  if (map.words.named && map.near < 0.5) names(map, context);
  context.lineWidth = 1.5;
  for (const [x, y] of map.words.own) {
    const [left, top] = toScreen(map, x, y);
    context.fillStyle = map.words.accent;
    context.strokeStyle = "#fff";
    context.beginPath();
    for (const [dx, dy] of [[0, -8], [8, 0], [0, 8], [-8, 0]]) context.lineTo(left + dx, top + dy);
    context.closePath();
    context.fill();
    context.stroke();
  }
  if (map.lasso) {
    context.strokeStyle = style.color;
    context.setLineDash([4, 3]);
    context.beginPath();
    for (const [x, y] of map.lasso) context.lineTo(x, y);
    context.closePath();
    context.stroke();
    context.setLineDash([]);
  }
  context.strokeStyle = style.color;
  context.lineWidth = 2;
  const alone = map.selected.size === 1 ? map.selected : []; // is to be found from afar
  for (const lit of new Set([map.pointed, ...alone, ...(map.shone ?? []).slice(0, MOST_RINGS)])) {
    if (!(lit >= 0)) continue;
    const [x, y] = toScreen(map, map.at[2 * lit], map.at[2 * lit + 1]);
    context.beginPath();
    context.arc(x, y, Math.max(7, sizeOf(map) / 2 + 3), 0, 2 * Math.PI);
    context.stroke();
  }
  if (map.zoom > 1.3) overview(map, context);
}

// Each class over the middle of its samples.
function names(map, context) {
  for (const [label, [x, y]] of middles(map)) {
    if (map.off.has(label)) continue;
    const [left, top] = toScreen(map, x, y);
    const name = map.about.classes[label];
    const width = context.measureText(name).width + 8;
    context.fillStyle = "rgba(255, 255, 255, 0.8)";
    context.fillRect(left - width / 2, top - 9, width, 18);
    context.fillStyle = "#1c2430";
    context.fillText(name, left, top);
  }
}

function middles(map) {
  if (map.middles?.of === map.at) return map.middles.found;
  const members = new Map();
  map.labels.forEach((label, i) => {
    if (!members.has(label)) members.set(label, [[], []]);
    members.get(label)[0].push(map.at[2 * i]);
    members.get(label)[1].push(map.at[2 * i + 1]);
  });
  const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
  const found = [...members].map(([label, axes]) => [label, axes.map(median)]);
  map.middles = { of: map.at, found };
  return found;
}

const SMALL = [120, 84]; // pixels of the overview

function box(map) {
  const [width, height] = SMALL;
  const left = map.canvas.clientWidth - width - 8;
  return [left, map.canvas.clientHeight - height - 8, width, height];
}

function overview(map, context) {
  const [left, top, width, height] = box(map);
  const [low, high] = map.extent;
  const scale = 0.9 * Math.min(width / (high[0] - low[0] || 1), height / (high[1] - low[1] || 1));
  const [x, y] = [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2];
  if (!map.small) {
    map.small = new OffscreenCanvas(width, height);
    const small = map.small.getContext("2d");
    const step = Math.ceil(map.count / 4000);
    for (let i = 0; i < map.count; i += step) {
      if (map.state[i] >= 2) continue;
      small.fillStyle = css(map.colourOf(i));
      const across = width / 2 + (map.at[2 * i] - x) * scale;
      small.fillRect(across, height / 2 - (map.at[2 * i + 1] - y) * scale, 1.5, 1.5);
    }
  }
  context.fillStyle = getComputedStyle(map.root).getPropertyValue("--st-background-color");
  context.globalAlpha = 0.85;
  context.fillRect(left, top, width, height);
  context.globalAlpha = 1;
  context.drawImage(map.small, left, top);
  context.strokeStyle = "#7d8597";
  context.lineWidth = 1;
  context.strokeRect(left, top, width, height);
  const [from, to] = [toPlace(map, 0, 0), toPlace(map, map.canvas.clientWidth, map.canvas.clientHeight)];
  context.save();
  context.beginPath();
  context.rect(left, top, width, height);
  context.clip();
  context.strokeStyle = "#d1495b";
  context.strokeRect(
    left + width / 2 + (from[0] - x) * scale,
    top + height / 2 - (from[1] - y) * scale,
    (to[0] - from[0]) * scale,
    (from[1] - to[1]) * scale,
  );
  context.restore();
}

function point(map, spot) {
  const told = map.root.querySelector(".told");
  const mine = map.words.own.findIndex(([x, y]) => {
    const [left, top] = toScreen(map, x, y);
    return Math.hypot(left - spot[0], top - spot[1]) < REACH;
  });
  const found = mine < 0 ? nearest(map, spot) : -1;
  if (mine < 0 && found === map.pointed && !map.mine) return;
  light(map, found < 0 ? [] : [found]);
  [map.pointed, map.mine] = [found, mine >= 0];
  told.hidden = found < 0 && mine < 0;
  told.querySelector("canvas").hidden = mine >= 0;
  if (mine >= 0) {
    const [x, y, name] = map.words.own[mine];
    tell(map, told, toScreen(map, x, y), [name]);
  } else if (found >= 0) {
    const canvas = told.querySelector("canvas");
    const image = pictureOf(map, found);
    canvas.hidden = !image;
    if (image) {
      canvas.width = image.width;
      canvas.height = image.height;
      canvas.getContext("2d").putImageData(image, 0, 0);
    }
    const { classes } = map.about; // one alone tells nothing
    const name = classes.length > 1 ? classes[map.labels[found]] : `Number ${found + 1}`;
    const lines = [name, ...(map.told?.[found]?.split("\t") ?? [])];
    const error = map.colourings.Error[found];
    lines.splice(1, 0, `${map.about.error} ${significant(error)}`);
    tell(map, told, toScreen(map, map.at[2 * found], map.at[2 * found + 1]), lines);
  }
  map.draw();
}

function tell(map, told, [x, y], lines) {
  told.querySelector("div").replaceChildren(
    ...lines.map((line) => Object.assign(document.createElement("div"), { textContent: line })),
  );
  const most = map.canvas.clientWidth - told.offsetWidth - 4;
  const away = sizeOf(map) / 2 + 9; // its picture stays in sight
  told.style.left = `${Math.min(Math.max(0, x + away), most)}px`;
  const above = y - told.offsetHeight - away;
  const low = Math.max(0, map.canvas.clientHeight - told.offsetHeight - 4);
  told.style.top = `${above > 0 ? above : Math.min(y + away, low)}px`;
}
