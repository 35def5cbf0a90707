/** Whether what is behind an element is dark: the nearest background around it that can be seen. */
export function isDark(element) {
  for (let at = element; at !== null; at = at.parentElement ?? at.getRootNode().host ?? null) {
    const [red, green, blue, alpha = 1] = (getComputedStyle(at).backgroundColor.match(/[\d.]+/g) ?? []).map(Number);
    if (alpha > 0.5 && blue !== undefined) return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255 < 0.42;
  }
  return false;
}
