const DEVICE = /^(con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³]) *(\..*)?$/i;

/** Whether Windows takes a name for a device, whatever its ending: no file or folder of ours is called so, on any system. */
export function isDeviceName(name: string): boolean {
  return DEVICE.test(name);
}

/**
 * A name of letters, digits, `_`, `-` and dots as one that every system takes as it is: none that leads to another folder, that
 * Windows cuts off at its end, or that it takes for a device.
 */
export function tameName(name: string): string {
  const tame = name.replace(/\.+$/, (dots) => '_'.repeat(dots.length));
  return tame === '' || isDeviceName(tame) ? `_${tame}` : tame;
}
