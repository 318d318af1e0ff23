
// Rows and windows in the film of a training.

const FAR = 3; // standard deviations of the reddest cell
const [WIDE, HIGH] = [160, 56]; // of a channel's curve

// Each builds the samples in a grid, and gives what draws a frame.
const DRAWINGS = { image, bars: cells, curves };

// Rows as cells, given above reconstructed, the redder the larger the error.
function cells(grid, film) {
  const table = element("table");
  const line = (label, words, place = table) => {
    const row = place.appendChild(element("tr"));
    const head = row.appendChild(element("th"));
    head.textContent = label;
    return words.map((word) => {
      const cell = row.appendChild(element("td"));
      cell.textContent = cell.title = word;
      return cell;
    });
  };
  const part = (sample, { at, width }) => sample.subarray(at, at + width);
  line("", film.columns.map(({ name }) => name)).forEach((cell) => (cell.className = "head"));
  const rebuilt = film.originals.map((row) => {
    const body = table.appendChild(element("tbody"));
    const given = film.columns.map((column) => {
      const values = part(row, column);
      return values.some(Number.isNaN) ? "missing" : told(column, values, false);
    });
    line("Given", given, body);
    return line("Reconstructed", given, body);
  });
  grid.className = "images rows";
  grid.replaceChildren(table);
  return (outputs) =>
    rebuilt.forEach((row, n) =>
      film.columns.forEach((column, place) => {
        const [given, values] = [part(film.originals[n], column), part(outputs[n], column)];
        const share = column.width === 1
          ? Math.abs(values[0] - given[0]) / FAR
          : 1 - given.reduce((sum, each, i) => sum + each * values[i], 0);
        row[place].textContent = row[place].title = told(column, values, false);
        row[place].classList.toggle("proposed", Number.isNaN(share));
        row[place].style.background = `rgb(209 73 91 / ${60 * Math.min(1, share || 0)}%)`;
      }),
    );
}

// Windows as curves, the reconstruction over what was given.
function curves(grid, film) {
  const [steps, count] = film.shape;
  const made = (name, place, kind = "") => {
    const each = document.createElementNS("http://www.w3.org/2000/svg", name);
    each.setAttribute("class", kind);
    return place.appendChild(each);
  };
  const ends = film.channels.map(({ at }) => {
    const values = film.originals.flatMap((window) =>
      Array.from({ length: steps }, (_, step) => window[step * count + at]).filter(
        (value) => !Number.isNaN(value),
      ),
    );
    return [Math.min(...values, 0), Math.max(...values, 0)];
  });
  const path = (window, number) => {
    const [low, high] = ends[number];
    const margin = 0.15 * (high - low) || 1;
    let pen = "M";
    let drawn = "";
    for (let step = 0; step < steps; step++) {
      const value = window[step * count + film.channels[number].at];
      if (Number.isNaN(value)) pen = "M"; // nothing was measured
      else {
        const share = (value - low + margin) / (high - low + 2 * margin);
        const y = HIGH * (number + 1 - Math.min(1, Math.max(0, share)));
        drawn += `${pen}${((step / Math.max(1, steps - 1)) * WIDE).toFixed(1)} ${y.toFixed(1)}`;
        pen = "L";
      }
    }
    return drawn;
  };
  grid.className = "images windows";
  grid.replaceChildren();
  const rebuilt = film.originals.map((window, n) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", `0 0 ${WIDE} ${HIGH * film.channels.length}`);
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", `Window ${n + 1}, given and reconstructed`);
    grid.append(svg);
    return film.channels.map((_, number) => {
      made("path", svg, "given").setAttribute("d", path(window, number));
      return made("path", svg, "rebuilt");
    });
  });
  const legend = element("p");
  legend.append(element("i", "given"), " given ", element("i", "rebuilt"), " reconstructed");
  const names = film.channels.map(({ name }) => name).join(", ");
  legend.append(film.channels.length > 1 ? ` · from above: ${names}` : "");
  grid.append(legend);
  return (outputs) =>
    rebuilt.forEach((lines, n) =>
      lines.forEach((line, number) => line.setAttribute("d", path(outputs[n], number))),
    );
}
