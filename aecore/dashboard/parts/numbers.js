// Numbers as people read them, here as on the pages around.

// With three significant digits: 0.00034, 7.45, 1,140; a long row of digits as 3.64e+23.
function significant(value, least = 1) {
  const size = Math.abs(value);
  if (size > 0 && (size < 1e-6 || size >= 1e12)) return value.toExponential(2);
  const digits = { minimumSignificantDigits: least, maximumSignificantDigits: 3 };
  return (value + 0).toLocaleString("en", digits); // of -0 it makes 0
}

// With so many decimals; "+ 0" makes 0.00 of -0.00.
function fixed(value, decimals) {
  return (Number(value.toFixed(decimals)) + 0).toFixed(decimals);
}
