/** Format and parse the numbers of figures. */

/** Return a number with at most four significant digits and a true minus sign. */
export function short(number) {
  if (!Number.isFinite(number)) return number > 0 ? "∞" : "−∞";
  const text = Number.isInteger(number) ? BigInt(number).toString() : general(number);
  return text.replaceAll("-", "−");
}

/** Return a number for use in a product or sum, with brackets if it is negative. */
export function bracketed(number) {
  const text = short(number);
  return text.startsWith("−") ? `(${text})` : text;
}

/** Return a number as C's %.4g prints it; ties are rounded to the even digit. */
function general(number) {
  const [digits, power] = fourDigits(Math.abs(number)).split("e");
  const exponent = Number(power);
  let text;
  if (exponent < -4 || exponent >= 4) {
    const sign = exponent < 0 ? "-" : "+";
    text = `${trimmed(digits)}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
  } else {
    text = trimmed(Number(`${digits}e${exponent}`).toFixed(3 - exponent));
  }
  return (number < 0 ? "-" : "") + text;
}

function fourDigits(size) {
  const exact = size.toExponential(99);
  const [digits, power] = exact.split("e");
  const isHalf = /^\d\.\d{3}50*$/.test(digits);
  const isEven = Number(digits[4]) % 2 === 0;
  return isHalf && isEven ? `${digits.slice(0, 5)}e${power}` : size.toExponential(3);
}

const trimmed = (digits) => (digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits);

/** Return a number with commas between thousands. */
export const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");

/** Return a shape as `3×5`. */
export const sizeText = (shape) => shape.join("×");

/** Return the number that a reader typed, or null if it is not one; `−` counts as a minus sign. */
export function numberIn(typed) {
  const text = typed.trim().replaceAll("−", "-").replace(",", ".");
  return /^-?\d{0,4}(\.\d{0,3})?$/.test(text) && /\d/.test(text) ? Number(text) : null;
}

/** Return at most `most` + 1 numbers, 1, 2 or 5 times 10ⁿ apart, that span `low` to `high`. */
export function roundNumbers(low, high, most = 5) {
  if (high <= low) [low, high] = [low - 0.5, high + 0.5];
  const power = 10 ** Math.floor(Math.log10((high - low) / most));
  let [step, first, last] = [0, 0, 0];
  for (const factor of [1, 2, 5, 10, 20]) {
    step = factor * power;
    [first, last] = [Math.floor(low / step + 1e-9), Math.ceil(high / step - 1e-9)];
    if (last - first <= most) break;
  }
  const count = last - first + 1;
  return Array.from({ length: count }, (_, n) => Number(((first + n) * step).toFixed(12)));
}
