(function () {
  const swat = (window.swat = window.swat || {});

  /** A name that the server takes: what else stands in it becomes `_`. */
  function nameFor(file) {
    const clean = file.name.replace(/[^A-Za-z0-9._ -]/g, '_').replace(/^\.+/, '');
    return clean.length > 100 ? clean.slice(-100).replace(/^\.+/, '') : clean;
  }

  /** The files that were uploaded: choose one, delete one, and how far an upload is. */
  swat.createUploads = function (guide) {
    const list = swat.part('div', 'swat-uploads').attr({ role: 'radiogroup', 'aria-label': swat.say('collect.files') });
    const state = swat.part('div', 'swat-told').attr('aria-live', 'polite');
    const bar = swat.part('div', 'swat-fill');
    const track = swat.part('div', 'swat-progress').append(bar).hide();
    const element = swat.part('div').append(track, state, list);
    const base = () => `swat-model/${guide.modelId()}/data`;
    let model;

    function remove(name) {
      $.ajax({ url: `${base()}/${encodeURIComponent(name)}`, method: 'DELETE' })
        .done(() => {
          if (guide.choice.file() === name) guide.choice.setFile('');
          load();
        })
        .fail(swat.notify);
    }

    function row({ name, bytes, modified }) {
      const input = $('<input type="radio" name="swat-upload">').val(name).on('change', () => guide.choice.setFile(name)); // prettier-ignore
      const label = swat
        .part('label')
        .append(
          input.prop('checked', guide.choice.file() === name),
          swat.part('span', 'swat-file-name', name).attr('title', name),
          swat.part('span', 'swat-file-size', swat.size(bytes)),
          swat.time(modified).addClass('swat-file-date'),
        );
      const gone = swat.button(swat.say('button.delete', { name }), () => remove(name), 'trash', 'icon');
      return swat.part('div', 'swat-upload').append(label, gone);
    }

    function load() {
      model = guide.modelId();
      $.getJSON(base())
        .done(({ files }) => {
          list.empty().append(files.map(row));
          if (files.length === 0) list.append(swat.part('div', 'swat-none', swat.say('collect.none')));
        })
        .fail(() => list.empty());
    }

    function progress(event) {
      const done = event.lengthComputable ? event.loaded / event.total : 0;
      bar.css('width', `${100 * done}%`);
      state.text(swat.say('collect.sent', { percent: Math.round(100 * done) }));
    }

    return {
      element,
      update() {
        if (guide.modelId() !== model) load();
        for (const input of list.find('input')) input.checked = input.value === guide.choice.file();
      },
      send(file) {
        const name = nameFor(file);
        track.show();
        bar.css('width', 0);
        $.ajax({
          url: `${base()}/${encodeURIComponent(name)}`,
          method: 'PUT',
          data: file,
          processData: false,
          contentType: 'application/octet-stream',
          xhr() {
            const request = $.ajaxSettings.xhr();
            request.upload.onprogress = progress;
            return request;
          },
        })
          .done(() => {
            const key = name === file.name ? 'collect.arrived' : 'collect.renamed';
            state.text(swat.say(key, { name, given: file.name, size: swat.size(file.size) }));
            guide.choice.setFile(name);
            load();
          })
          .fail((request) => {
            state.text('');
            swat.notify(request);
          })
          .always(() => track.hide());
      },
    };
  };
})();
