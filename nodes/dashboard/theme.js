/** Whether what is behind an element is dark. */
export function isDark(element) {
  const [red, green, blue] = partsOf(backgroundOf(element) ?? 'rgb(255, 255, 255)');
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255 < 0.42;
}

/** The nearest background around an element that can be seen, as `rgb(…)`. */
export function backgroundOf(element) {
  for (let at = element; at !== null; at = at.parentElement ?? at.getRootNode().host ?? null) {
    const { backgroundColor } = getComputedStyle(at);
    const [, , blue, alpha = 1] = partsOf(backgroundColor);
    if (alpha > 0.5 && blue !== undefined) return backgroundColor;
  }
  return undefined;
}

function partsOf(color) {
  return (color.match(/[\d.]+/g) ?? []).map(Number);
}
