(function () {
  const swat = (window.swat = window.swat || {});

  /** The choice of what computes a training: what cannot be used is disabled, with the reason in words below. */
  swat.engines = {
    prepare(node, type) {
      const id = 'node-input-engine';
      const select = $('<select>').attr({ id, title: swat.text('engine.tip') }).css('width', '70%'); // prettier-ignore
      for (const name of ['built-in', 'tfjs-node']) select.append($('<option>').val(name).text(swat.text('engine.' + name))); // prettier-ignore
      const other = select.children('[value="tfjs-node"]');
      const reason = $('<div class="form-tips" id="swat-engine-reason">').attr('role', 'status');
      const told = (ready, text) => {
        // What a flow has chosen already stays chosen, so that opening the dialog changes nothing.
        other.prop('disabled', !ready && select.val() !== 'tfjs-node');
        reason.text(text);
      };
      select.val(node.engine === 'tfjs-node' ? 'tfjs-node' : 'built-in');
      $('#swat-detector-engine')
        .empty()
        .append(
          $('<div class="form-row">').append($('<label>').attr('for', id).text(swat.text('engine.label')), ' ', select),
          reason.css('margin-bottom', '12px'),
        );
      told(false, swat.text('engine.looking'));
      $.getJSON(`${type}/engines`)
        .done((engines) => {
          const { ready, reason: why } = engines['tfjs-node'];
          told(ready, ready ? swat.text('engine.ready') : why);
        })
        .fail(() => told(false, swat.text('engine.unknown')));
    },
  };
})();
