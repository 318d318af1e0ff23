// How much is drawn of a map in motion: all of it if that is quick, else less until it rests.

const SLOW = 40; // milliseconds from frame to frame: from here on less is drawn
const QUICK = 20;
const COARSEST = 8;
const RESTED = 150; // milliseconds without motion
const BEGUN = 1000; // milliseconds between two motions: the first frame of one tells no speed

// How coarse this frame is: 1 draws everything.
function pace(map) {
  const now = performance.now();
  const view = [...map.middle, map.zoom].join();
  const [passed, moves] = [now - (map.painted ?? 0), map.view !== undefined && map.view !== view];
  Object.assign(map, { painted: now, view });
  clearTimeout(map.rest);
  if (!moves) return 1;
  if (passed > SLOW && passed < BEGUN) map.coarse = Math.min(COARSEST, 2 * map.coarse);
  if (passed < QUICK) map.coarse = Math.max(1, map.coarse / 2);
  if (map.coarse > 1) map.rest = setTimeout(map.draw, RESTED);
  return map.coarse;
}

// Which samples are drawn: each `step`th of those that are at least in part within the window.
function inWindow(map, step, size) {
  const { at, middle, canvas, count } = map;
  const across = (canvas.clientWidth / 2 + size) / unit(map);
  const up = (canvas.clientHeight / 2 + size) / unit(map);
  if (map.ids?.length !== count) map.ids = new Uint32Array(count);
  let found = 0;
  for (let i = 0; i < count; i += step)
    if (Math.abs(at[2 * i] - middle[0]) < across && Math.abs(at[2 * i + 1] - middle[1]) < up)
      map.ids[found++] = i;
  return map.ids.subarray(0, found);
}

function drawSamples(map, ids) {
  const { gl } = map;
  map.indices ??= gl.createBuffer();
  gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, map.indices);
  gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, ids, gl.STREAM_DRAW);
  gl.drawElements(gl.POINTS, ids.length, gl.UNSIGNED_INT, 0);
}
