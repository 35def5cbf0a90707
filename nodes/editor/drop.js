(function () {
  const swat = (window.swat = window.swat || {});
  const ENDINGS = '.csv,.txt,.tsv,.gz';

  /** A place to drop a file on, and a button to choose one. A drop counts anywhere in the area around it. */
  swat.createDrop = function (area, take) {
    const input = $('<input type="file">').attr({ accept: ENDINGS, id: 'swat-file', tabindex: -1, 'aria-label': swat.say('button.file') }).addClass('swat-unseen'); // prettier-ignore
    const choose = swat.button(swat.say('button.file'), () => input.trigger('click'), 'upload');
    const zone = swat.part('div', 'swat-drop').append(swat.part('span', '', swat.say('collect.drop')), choose, input);
    const takeFirst = (files) => {
      if (files && files.length > 0) take(files[0]);
    };
    input.on('change', () => {
      takeFirst(input[0].files);
      // The same file can be chosen again.
      input.val('');
    });
    area.on('dragenter dragover', (event) => {
      // The editor would take the file for a flow.
      event.preventDefault();
      event.stopPropagation();
      zone.addClass('swat-over');
    });
    area.on('dragleave', () => zone.removeClass('swat-over'));
    area.on('drop', (event) => {
      event.preventDefault();
      event.stopPropagation();
      zone.removeClass('swat-over');
      takeFirst(event.originalEvent.dataTransfer.files);
    });
    return zone;
  };
})();
