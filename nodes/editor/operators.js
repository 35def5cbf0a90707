(function () {
  const swat = (window.swat = window.swat || {});
  /** As many as there are places for PINs among the credentials. */
  const MOST = 20;
  const SHORTEST_PIN = 4;

  /**
   * The operators of a `swat-alert`: a name and a PIN each. A PIN that is typed is hashed by Node-RED as the dialog closes; what was kept
   * before shows as "set" and cannot be read.
   * @param say words a key of the node's catalogue
   * @returns `save`, which puts names and hashes into the node
   */
  swat.operatorList = function (box, node, say) {
    const rows = [];
    const list = swat.part('div', 'swat-operators');
    const add = swat.button(say('operator.add'), () => row({ name: '', slot: free() }, true), 'plus', true);
    add.attr('id', 'swat-operator-add');

    function free() {
      const taken = rows.map(({ slot }) => slot);
      return Array.from({ length: MOST }, (_, index) => index + 1).find((slot) => !taken.includes(slot));
    }

    function row(operator, isNew) {
      if (operator.slot === undefined) return;
      const isSet = !isNew && node.credentials && node.credentials['has_pin' + operator.slot] === true;
      const name = $('<input type="text" maxlength="64" class="swat-operator-name">')
        .attr({ placeholder: say('operator.name'), 'aria-label': say('operator.name') })
        .css('width', '38%')
        .val(operator.name);
      const pin = $('<input type="password" maxlength="64" autocomplete="new-password" class="swat-operator-pin">')
        .attr({
          placeholder: say(isSet ? 'operator.set' : isNew ? 'operator.unset' : 'operator.missing'),
          'aria-label': say('operator.pin'),
        })
        .css({ width: '34%', marginLeft: '6px' })
        .toggleClass('input-error', !isSet && !isNew)
        .on('input change', () => {
          const { length } = String(pin.val());
          pin.toggleClass('input-error', length === 0 ? !isSet && !isNew : length < SHORTEST_PIN);
        });
      const entry = { slot: operator.slot, name, pin };
      const remove = swat
        .button(
          say('operator.remove'),
          () => {
            rows.splice(rows.indexOf(entry), 1);
            element.remove();
            add.prop('disabled', rows.length >= MOST);
          },
          'trash-o',
          true,
        ) // prettier-ignore
        .css('margin-left', '6px');
      const element = swat.part('div', 'form-row swat-operator').append(name, pin, remove);
      rows.push(entry);
      list.append(element);
      add.prop('disabled', rows.length >= MOST);
      if (isNew) name.trigger('focus');
    }

    for (const operator of Array.isArray(node.operators) ? node.operators : []) row(operator, false);
    box.empty().append(list, add);

    function hashOf(name, pin) {
      let hash;
      $.ajax({
        url: 'swat-alert/pin',
        method: 'POST',
        contentType: 'application/json',
        data: JSON.stringify({ pin }),
        // The dialog closes with the hash in it, or without.
        async: false,
        success: (answer) => (hash = answer.hash),
        error: (request) =>
          RED.notify(
            `${name}: ${(request.responseJSON && request.responseJSON.error) || say('operator.failed')}`,
            'error',
          ),
      });
      return hash;
    }

    function save() {
      const kept = rows.filter(({ name }) => String(name.val()).trim() !== '');
      node.credentials = node.credentials || {};
      for (const { slot, name, pin } of kept) {
        const typed = String(pin.val());
        const hash = typed === '' ? undefined : hashOf(String(name.val()), typed);
        if (hash === undefined) continue;
        node.credentials['pin' + slot] = hash;
        node.credentials['has_pin' + slot] = true;
      }
      for (const { slot } of Array.isArray(node.operators) ? node.operators : []) {
        if (kept.some((each) => each.slot === slot)) continue;
        node.credentials['pin' + slot] = '';
        node.credentials['has_pin' + slot] = false;
      }
      node.operators = kept.map(({ slot, name }) => ({
        name: String(name.val()).trim(),
        slot,
        // The editor knows of PINs only while the dialog is open: what is missing is noted beside the name.
        ...(node.credentials['has_pin' + slot] === true ? {} : { pin: 'missing' }),
      }));
    }
    return { save };
  };

  /** A validator: every operator has a PIN, where operators are asked for. */
  swat.haveTheirPins = function (list, options) {
    const without =
      this.actors === 'anyone' || !Array.isArray(list) ? undefined : list.find(({ pin }) => pin === 'missing');
    if (without === undefined) return true;
    return options ? this._('swat-alert.operator.without', { name: without.name }) : false;
  };
})();
