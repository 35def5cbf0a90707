const DEVICE = /^(con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³]) *(\..*)?$/i;

/** Whether Windows takes a name for a device, whatever its ending: no file or folder of ours is called so, on any system. */
export function isDeviceName(name: string): boolean {
  return DEVICE.test(name);
}
