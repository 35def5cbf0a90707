(function () {
  const swat = (window.swat = window.swat || {});

  /** An element with a class and a text; the text is never read as HTML. */
  swat.part = function (tag, name, text) {
    const made = $(document.createElement(tag));
    if (name) made.addClass(name);
    if (text !== undefined) made.text(text);
    return made;
  };

  /** A button with an icon of the editor's font before its text, or with the icon alone and the text as its name. */
  swat.button = function (text, press, icon, small) {
    const made = swat.part('button', 'red-ui-button').attr('type', 'button').on('click', press);
    if (small) made.addClass('red-ui-button-small');
    if (icon) made.append(swat.part('i', 'fa fa-' + icon).attr('aria-hidden', 'true'), ' ');
    if (small === 'icon') return made.attr({ title: text, 'aria-label': text });
    return made.append(document.createTextNode(text));
  };

  /** A form row: a label before a field. */
  swat.row = function (label, field, after) {
    const made = swat.part('div', 'form-row swat-row');
    if (!field.attr('id')) field.attr('id', 'swat-field-' + Math.random().toString(36).slice(2));
    made.append(swat.part('label', '', label).attr('for', field.attr('id')), field);
    if (after) made.append(swat.part('span', 'swat-after', after));
    return made;
  };

  /** A tip: what a person should know here. */
  swat.tip = function (text) {
    return swat.part('div', 'form-tips swat-tip', text);
  };

  /** A heading with what it holds. */
  swat.section = function (title) {
    return swat.part('section', 'swat-section').append(swat.part('h5', '', title), $.makeArray(arguments).slice(1));
  };

  /** A mark of how grave something is: by shape and colour; the word stands beside it. */
  swat.mark = function (severity) {
    const shapes = {
      stop: ['polygon', { points: '5,1 11,1 15,5 15,11 11,15 5,15 1,11 1,5' }, '×'],
      warning: ['polygon', { points: '8,1 15.5,15 0.5,15' }, '!'],
      info: ['circle', { cx: 8, cy: 8, r: 7 }, 'i'],
      good: ['circle', { cx: 8, cy: 8, r: 7 }, '✓'],
    };
    const [shape, place, sign] = shapes[severity] || shapes.info;
    return swat.drawing(16, 16, { class: 'swat-mark swat-mark-' + severity, 'aria-hidden': 'true' }, [
      [shape, place],
      ['text', { x: 8, y: severity === 'warning' ? 13.5 : 12.5, 'text-anchor': 'middle', class: 'swat-sign' }, sign],
    ]);
  };
})();
