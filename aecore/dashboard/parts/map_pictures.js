// The small pictures of the samples: fetched, put on the graphics card, and read from there.

const kept = new Map(); // address → what it gave: a tab that is opened again fetches nothing
const MOST_KEPT = 32e6; // bytes, of those used last

// The server may lie below a path of its own.
const addressed = (url) => new URL(url.replace(/^\//, ""), document.baseURI);

async function fetched(url) {
  const bytes = kept.get(url) ?? (await (await fetch(addressed(url))).arrayBuffer());
  kept.delete(url);
  kept.set(url, bytes); // last
  let size = 0;
  for (const [each, { byteLength }] of [...kept].reverse())
    if ((size += byteLength) > MOST_KEPT) kept.delete(each);
  return bytes;
}

// The JSON text at the beginning, after its length, and where it ends.
function headed(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  return [JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length))), 4 + length];
}

// The pictures, sheet after sheet onto the layers of one texture as they are inflated. They are
// kept there alone: what is pointed at is drawn from it, too.
async function takePictures(map, url) {
  const { gl } = map;
  const buffer = await fetched(url);
  if (map.words.pictures !== url) return;
  const [about, start] = headed(buffer);
  const { cells, size, channels, sheets } = about;
  const [width, height] = [cells[0] * size[0], cells[1] * size[1]];
  const [inner, outer] = channels === 1 ? [gl.R8, gl.RED] : [gl.RGB8, gl.RGB];
  gl.deleteTexture(map.texture ?? null);
  map.texture = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D_ARRAY, map.texture);
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
  gl.texStorage3D(gl.TEXTURE_2D_ARRAY, 1, inner, width, height, sheets);
  for (const name of ["MIN", "MAG"])
    gl.texParameteri(gl.TEXTURE_2D_ARRAY, gl[`TEXTURE_${name}_FILTER`], gl.NEAREST);
  Object.assign(map, { drawn: about, loaded: 0, told: null, aside: null });
  const sheet = new Uint8Array(width * height * channels);
  let filled = 0;
  const text = [];
  const packed = new Blob([new Uint8Array(buffer, start)]).stream();
  const reader = packed.pipeThrough(new DecompressionStream("deflate")).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    if (map.words.pictures !== url) return reader.cancel();
    for (let at = 0; at < part.value.length; ) {
      if (map.loaded === sheets) {
        text.push(part.value.slice(at));
        break;
      }
      const some = part.value.subarray(at, at + sheet.length - filled);
      sheet.set(some, filled);
      at += some.length;
      filled += some.length;
      if (filled < sheet.length) continue;
      gl.texSubImage3D(gl.TEXTURE_2D_ARRAY, 0, 0, 0, map.loaded, width, height, 1, outer,
        gl.UNSIGNED_BYTE, sheet);
      map.loaded += 1;
      filled = 0;
      map.draw();
    }
  }
  const lines = text.length ? await new Blob(text).text() : "";
  map.told = lines ? lines.split("\n") : null;
}

// Of the square of a picture, the part that is not left empty.
function share(map) {
  const { drawn, size } = map.drawn;
  const longest = Math.max(...size);
  return drawn === "image" ? size.map((side) => side / longest) : [1, 0.75];
}

function setPictures(map) {
  const { gl, uniforms: to, drawn } = map;
  if (!drawn) {
    gl.uniform1i(to.loaded, 0);
    gl.uniform2i(to.cells, 1, 1);
    return;
  }
  gl.uniform1i(to.drawn, ["image", "bars", "curves"].indexOf(drawn.drawn));
  gl.uniform1i(to.loaded, map.loaded);
  gl.uniform1i(to.grey, drawn.channels === 1 ? 1 : 0);
  gl.uniform2i(to.cells, ...drawn.cells);
  gl.uniform2i(to.extent, ...drawn.size);
  gl.uniform2f(to.share, ...share(map));
}

const DRAWN = 96; // pixels across, of bars and curves

// The picture of one sample by itself, drawn aside and read back; none before it is there.
function pictureOf(map, i) {
  const { gl, uniforms: to, drawn } = map;
  if (!drawn || i >= map.loaded * drawn.cells[0] * drawn.cells[1]) return null;
  const side = drawn.drawn === "image" ? Math.max(...drawn.size) : DRAWN;
  const [width, height] = share(map).map((part) => Math.round(part * side));
  if (!map.aside) {
    map.aside = gl.createFramebuffer();
    const store = gl.createRenderbuffer();
    gl.bindRenderbuffer(gl.RENDERBUFFER, store);
    gl.renderbufferStorage(gl.RENDERBUFFER, gl.RGBA8, side, side);
    gl.bindFramebuffer(gl.FRAMEBUFFER, map.aside);
    gl.framebufferRenderbuffer(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.RENDERBUFFER, store);
  }
  gl.bindFramebuffer(gl.FRAMEBUFFER, map.aside);
  gl.viewport(0, 0, side, side);
  gl.disable(gl.BLEND);
  setPictures(map);
  gl.uniform2f(to.middle, map.at[2 * i], map.at[2 * i + 1]);
  gl.uniform2f(to.scale, 0, 0);
  gl.uniform1f(to.size, map.state[i] % 2 ? side / 1.25 : side);
  gl.uniform1f(to.near, 1);
  gl.uniform1i(to.framed, 0);
  gl.drawArrays(gl.POINTS, i, 1);
  const read = new Uint8Array(4 * width * height);
  const [left, low] = [(side - width) >> 1, (side - height) >> 1];
  gl.readPixels(left, low, width, height, gl.RGBA, gl.UNSIGNED_BYTE, read);
  gl.bindFramebuffer(gl.FRAMEBUFFER, null);
  gl.enable(gl.BLEND);
  const image = new ImageData(width, height);
  for (let y = 0; y < height; y++) // upside down
    image.data.set(read.subarray(4 * width * (height - 1 - y), 4 * width * (height - y)), 4 * width * y);
  for (let a = 3; a < image.data.length; a += 4) image.data[a] = 255; // a dimmed one, too
  return image;
}
