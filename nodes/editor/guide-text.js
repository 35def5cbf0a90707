(function () {
  const swat = (window.swat = window.swat || {});
  const MINUTE = 60000;
  const HOUR = 60 * MINUTE;
  const DAY = 24 * HOUR;

  /** A text of the guided path. */
  swat.say = function (key, params) {
    return swat.text('guide.' + key, params);
  };

  /** A share from 0 to 1 in per cent: `0 %`, `0.4 %`, `12 %`. */
  swat.percent = function (share) {
    const percent = 100 * (share || 0);
    return swat.say('unit.percent', { percent: percent >= 10 ? Math.round(percent) : Number(percent.toPrecision(2)) });
  };

  const MOMENT = {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
  };

  /** A moment, in the time of the computer that shows it, with its zone. */
  swat.moment = function (ms) {
    return new Date(ms).toLocaleString(undefined, MOMENT);
  };

  /** A moment to the second, for what follows closely. */
  swat.instant = function (ms) {
    return new Date(ms).toLocaleString(undefined, { ...MOMENT, second: '2-digit' });
  };

  /** A moment in a table: to the second, with the time in UTC as its tooltip. */
  swat.time = function (ms) {
    const utc = new Date(ms).toISOString();
    return swat.part('time', '', swat.instant(ms)).attr({ datetime: utc, title: utc });
  };

  /** A sentence of the server with its moments as all others are shown here. */
  swat.momentsHere = function (text) {
    const here = (_, day, time) => swat.moment(Date.parse(`${day}T${time}Z`));
    return text.replace(/(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)/g, here).replace(/ \(UTC\)/g, '');
  };

  /** How long, in the unit that a person would choose. */
  swat.howLong = function (ms) {
    const units = [
      ['days', DAY, 2 * DAY],
      ['hours', HOUR, 2 * HOUR],
      ['minutes', MINUTE, 2 * MINUTE],
      ['seconds', 1000, 0],
    ];
    const [name, length] = units.find((unit) => ms >= unit[2]) || units[3];
    return swat.say('unit.' + name, { number: swat.number(ms / length) });
  };

  /** Bytes as a person reads them. */
  swat.size = function (bytes) {
    if (bytes < 1e6) return swat.say('unit.kilobytes', { number: Math.max(1, Math.round(bytes / 1000)) });
    if (bytes < 1e9) return swat.say('unit.megabytes', { number: swat.number(bytes / 1e6) });
    return swat.say('unit.gigabytes', { number: swat.number(bytes / 1e9) });
  };
})();
