(function () {
  const swat = (window.swat = window.swat || {});

  /** A validator: empty, for what is usual, or a number within limits; `whole`: without decimals. */
  swat.within = function (min, max, whole) {
    // Node-RED takes a reason only of a validator with two arguments.
    return function (value, options) {
      if (value === '' || value === undefined) return true;
      const number = Number(value);
      const fits = number >= min && number <= max && (!whole || Number.isInteger(number));
      return fits || (options ? swat.text(whole ? 'error.whole' : 'error.range', { min, max }) : false);
    };
  };

  /** Fills in what is usual where a flow that was written by hand says nothing. */
  swat.fillUsual = function (node) {
    for (const [name, { value }] of Object.entries(node._def.defaults)) {
      if (node[name] !== undefined || value === undefined) continue;
      const field = $('#node-input-' + name);
      if (field.is(':checkbox')) field.prop('checked', value);
      else if (typeof value !== 'object') field.val(value);
    }
  };

  /** Fills a list with the nodes of a type, by name and flow; the first entry says what counts where none is chosen. */
  swat.nodesInto = function (select, type, chosen, first) {
    const option = (value, text) => $('<option>').val(value).text(text);
    select.empty().append(option('', first));
    for (const node of RED.nodes.filterNodes({ type })) {
      const flow = RED.nodes.workspace(node.z) || RED.nodes.subflow(node.z);
      const where = flow && (flow.label || flow.name);
      select.append(option(node.id, (node.name || type + ' ' + node.id) + (where ? ' (' + where + ')' : '')));
    }
    select.val(chosen || '');
    // One that is not there any more is shown, and stays chosen until another is.
    if (select.val() === null) select.append(option(chosen, chosen)).val(chosen);
  };
})();
