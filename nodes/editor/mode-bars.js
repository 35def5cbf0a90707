(function () {
  const swat = (window.swat = window.swat || {});

  /** How often the actuators stood how: in full for the most frequent, then what was otherwise. */
  swat.modeBars = function (states) {
    const [usual] = states;
    const named = states.map(({ share, tags }, index) => {
      const other = Object.entries(tags).filter(([tag, state]) => index > 0 && usual.tags[tag] !== state);
      const words = other.map(([tag, state]) => `${tag} = ${state}`).join(', ');
      return [index === 0 ? swat.say('check.usual') : words || swat.say('check.other'), share];
    });
    return swat.shareBars(named, swat.say('check.modes'));
  };
})();
