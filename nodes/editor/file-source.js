(function () {
  const swat = (window.swat = window.swat || {});

  /** The window nodes of the flows, the one before the detector first. */
  function windowOptions() {
    const options = [['', swat.say('collect.before')]];
    RED.nodes.eachNode((other) => {
      if (other.type === 'swat-window') options.push([other.id, swat.say('collect.window', { name: other.name || other._def.label.call(other) })]); // prettier-ignore
    });
    return options;
  }

  /** A field of its own for a hidden field of the node. */
  function bound(input, name) {
    const field = $('#node-input-' + name);
    return input.val(field.val()).on('change input', () => field.val(input.val()).trigger('change'));
  }

  function zones() {
    const list = $('<datalist id="swat-zones">');
    const known = typeof Intl.supportedValuesOf === 'function' ? Intl.supportedValuesOf('timeZone') : [];
    for (const zone of ['UTC', ...known]) list.append($('<option>').val(zone));
    return list;
  }

  /** How a file is read: the window that cuts it, the time zone, and the columns. */
  function reading() {
    const select = swat.part('select', 'swat-wide');
    for (const [id, name] of windowOptions()) select.append($('<option>').val(id).text(name)); // prettier-ignore
    const text = (name, placeholder) =>
      bound($('<input type="text" class="swat-wide">').attr('placeholder', placeholder), name);
    const columns = swat
      .part('details')
      .append(
        swat.part('summary', '', swat.say('collect.columns')),
        swat.row(swat.say('collect.time'), text('learnTime', swat.say('collect.found'))),
        swat.row(swat.say('collect.label'), text('learnLabel', swat.say('collect.found'))),
      );
    return [
      swat.row(swat.say('collect.cut'), bound(select, 'learnWindow')),
      swat.row(swat.say('collect.zone'), text('learnZone', 'UTC').attr('list', 'swat-zones')),
      zones(),
      columns,
    ];
  }

  /** A CSV as the source: drop it (anywhere in the area) or choose it, one of those that are there, and how it is read. */
  swat.createFileSource = function (guide, area) {
    const uploads = swat.createUploads(guide);
    const drop = swat.createDrop(area, (file) => {
      guide.choice.setFrom('file');
      uploads.send(file);
    });
    const element = swat.part('div').append(drop, uploads.element, reading());
    return { element, update: uploads.update };
  };
})();
