
// Prepared values in the units of the user's columns.

const largest = (part) => part.indexOf(Math.max(...part));

// Some of the values of a column, in words; of a category the likeliest, and how likely it is.
function told(column, part, likely = true) {
  if (column.width === 1) return written(column, part[0]);
  const best = largest(part);
  return column.words[best] + (likely ? ` (${Math.round(100 * part[best])}%)` : "");
}

// A prepared number in the units of its column.
function written(column, value) {
  const raw = column.knots.length ? quantile(column.knots, value) : column.mean + column.scale * value;
  if (!column.date) return fixed(raw, column.decimals);
  const time = new Date(1000 * raw);
  return Number.isNaN(time.valueOf()) ? "" : time.toISOString().slice(0, 10);
}

function quantile(knots, value) {
  const at = 0.5 * (1 + erf(value / Math.SQRT2)) * (knots.length - 1);
  const below = Math.min(knots.length - 2, Math.floor(at));
  return knots[below] + (at - below) * (knots[below + 1] - knots[below]);
}

// Abramowitz & Stegun 1964, 7.1.26; off by less than 1.5e-7.
function erf(x) {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const p = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 +
    t * (-1.453152027 + t * 1.061405429))));
  return Math.sign(x) * (1 - p * Math.exp(-x * x));
}

function element(name, kind = "") {
  const made = document.createElement(name);
  made.className = kind;
  return made;
}
