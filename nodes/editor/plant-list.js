(function () {
  const swat = (window.swat = window.swat || {});

  function statesText(states) {
    if (!states || typeof states === 'string') return states || '';
    return Object.keys(states)
      .map(function (value) {
        return value + '=' + states[value];
      })
      .join('|');
  }

  /**
   * The editable list of a plant's tags: what the rows show, and what only ticked parts of them show.
   * @param list the element of the list
   * @param text words a key of the node's catalogue
   * @returns `fill`, which shows tags, and `listed`, which gives them as the rows have them
   */
  swat.plantList = function (list, text) {
    // A tag takes two lines, so that names, words and numbers can be read in a narrow dialog; one in a wide one.
    var columns = { name: 5, stage: 3, kind: 4, low: 3, high: 3, unit: 2, states: 4 };

    // What swat-check goes by takes two more lines, where they are wanted: [field, group of the tag].
    var more = [
      ['ll', 'limits'],
      ['l', 'limits'],
      ['h', 'limits'],
      ['hh', 'limits'],
      ['ratePerS', 'check'],
      ['stuckAfterS', 'check'],
      ['noise', 'check'],
      ['lostAfterS', 'check'],
    ];
    // And where its value comes from, three lines: field by field how wide, and of some the choices.
    var sources = {
      table: 3,
      register: 3,
      unitId: 3,
      dataType: 3,
      bit: 3,
      order: 3,
      gain: 3,
      offset: 3,
      nodeId: 6,
      topic: 6,
    };
    var choices = {
      kind: ['sensor', 'actuator'],
      table: ['', 'holding', 'input', 'coil', 'discrete'],
      dataType: ['', 'int16', 'uint16', 'int32', 'uint32', 'float32', 'float64', 'bool', 'bit'],
      order: ['', 'ABCD', 'CDAB', 'BADC', 'DCBA'],
    };
    more.forEach(function (each) {
      columns[each[0]] = 3;
    });
    $.extend(columns, sources);
    function groupOf(name) {
      if (sources[name]) return 'source';
      var found = more.filter(function (each) {
        return each[0] === name;
      })[0];
      return found && found[1];
    }
    function classOf(name) {
      return sources[name] ? 'swat-plant-sources' : groupOf(name) ? 'swat-plant-more' : '';
    }

    function grid(element) {
      return element.css({
        display: 'grid',
        gridTemplateColumns: 'repeat(var(--swat-plant-columns, 12), minmax(0, 1fr))',
        gap: '3px',
      });
    }

    function cell(element, name) {
      return element.css({
        gridColumn: 'span ' + columns[name],
        width: '100%',
        boxSizing: 'border-box',
        margin: 0,
      });
    }

    function title(name) {
      return text('column.' + (name === 'name' ? 'tag' : name));
    }

    function moreOf(tag, name) {
      var group = groupOf(name);
      return tag[group] ? tag[group][name] : tag[name];
    }

    function dressed(input, name, tip) {
      return cell(
        input
          .attr({ 'data-field': name, 'aria-label': title(name), title: tip })
          .css({ height: '28px' })
          .addClass(classOf(name)),
        name,
      );
    }

    function field(name, value) {
      var hint = name === 'states' ? text('hint.states') : groupOf(name) ? title(name) : '';
      var input = $('<input type="text">')
        .attr('placeholder', hint)
        .css({ padding: '0 6px' })
        .val(value === undefined || value === null ? '' : value);
      return dressed(input, name, groupOf(name) ? text('tip.' + name) : title(name));
    }

    function choiceField(name, value) {
      var select = $('<select>');
      choices[name].forEach(function (word) {
        var shown = word === '' ? title(name) : name === 'kind' || name === 'table' ? text(name + '.' + word) : word;
        select.append($('<option>').val(word).text(shown)); // prettier-ignore
      });
      return dressed(
        select.css({ padding: '0 2px' }).val(value || choices[name][0]),
        name,
        groupOf(name) ? text('tip.' + name) : title(name),
      );
    }

    // As far in as the rows, which have a handle on the left and a button on the right.
    var header = grid($('<div>')).css({
      padding: '4px 36px 4px 27px',
      color: 'var(--red-ui-primary-text-color)',
    });
    Object.keys(columns).forEach(function (name) {
      var heading = cell($('<div>').text(title(name)), name).css({ paddingLeft: '7px', lineHeight: '16px' });
      header.append(heading.addClass(classOf(name)));
    });

    list.editableList({
      sortable: true,
      removable: true,
      header: header,
      height: 260,
      addItem: function (row, index, tag) {
        grid(row);
        Object.keys(columns).forEach(function (name) {
          var value = groupOf(name) ? moreOf(tag, name) : name === 'states' ? statesText(tag.states) : tag[name];
          row.append(choices[name] ? choiceField(name, value) : field(name, value));
        });
        parts.forEach(function (part) {
          row.find('.swat-plant-' + part).toggle(shows(part));
        });
        // Node-RED gives it a picture and a tooltip, which a screen reader does not read.
        row.siblings('.red-ui-editableList-item-remove').attr('aria-label', RED._('common.label.delete'));
      },
    });

    var parts = ['more', 'sources'];
    function shows(part) {
      return $('#node-config-input-tags-' + part).is(':checked');
    }
    parts.forEach(function (part) {
      $('#node-config-input-tags-' + part).on('change', function () {
        $('.swat-plant-' + part).toggle(shows(part));
      });
      $('.swat-plant-' + part).hide();
    });

    function fill(tags) {
      list.editableList('empty');
      list.editableList('addItems', tags);
      // Each item that is added scrolls to itself, a little later.
      setTimeout(function () {
        list.closest('.red-ui-editableList-container').scrollTop(0);
      }, 50);
    }

    /** The tags as the rows have them. */
    function listed() {
      var tags = [];
      list.editableList('items').each(function () {
        var row = $(this);
        var valueOf = function (name) {
          return String(row.find('[data-field="' + name + '"]').val() || '').trim();
        };
        // What the row does not show (description, maximum age) is kept from where the tag came from.
        var tag = $.extend({}, row.data('data'));
        ['name', 'stage', 'kind', 'unit', 'low', 'high', 'states'].forEach(function (name) {
          tag[name] = valueOf(name);
        });
        [
          ['limits', ['ll', 'l', 'h', 'hh']],
          ['check', ['ratePerS', 'stuckAfterS', 'noise', 'lostAfterS']],
          ['source', ['table', 'register', 'unitId', 'dataType', 'bit', 'order', 'gain', 'offset', 'nodeId', 'topic']],
        ].forEach(function (group) {
          tag[group[0]] = {};
          group[1].forEach(function (name) {
            delete tag[name];
            if (valueOf(name) !== '') tag[group[0]][name] = valueOf(name);
          });
          if (Object.keys(tag[group[0]]).length === 0) delete tag[group[0]];
        });
        if (tag.name !== '') tags.push(tag);
      });
      return tags;
    }

    return { fill, listed };
  };
})();
