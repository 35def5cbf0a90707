(function () {
  const swat = (window.swat = window.swat || {});
  /** Largest file that the server takes. */
  const MOST = 64 * 1024 * 1024;
  const BLOCK = 512;

  /** Downloads a version as a file. */
  swat.exportVersion = function (path, kind, version) {
    const query = $.param({ kind: kind, version: version });
    $.ajax({ url: path + '/export?' + query, xhrFields: { responseType: 'blob' } })
      .done(function (blob) {
        const link = document.createElement('a');
        link.href = URL.createObjectURL(blob);
        link.download = 'swat-' + kind + '-' + version + '.tar';
        link.click();
        setTimeout(function () {
          URL.revokeObjectURL(link.href);
        }, 60_000);
      })
      .fail(swat.notify);
  };

  /** One header of a tar archive (POSIX ustar). */
  function header(name, size) {
    const bytes = new Uint8Array(BLOCK);
    function put(text, at) {
      bytes.set(new TextEncoder().encode(text), at);
    }
    put(name.slice(0, 99), 0);
    put('0000644\0' + '0000000\0' + '0000000\0' + size.toString(8).padStart(11, '0') + '\0' + '00000000000\0', 100);
    put('        0', 148);
    put('ustar\x0000', 257);
    const sum = bytes.reduce(function (total, byte) {
      return total + byte;
    }, 0);
    put(sum.toString(8).padStart(6, '0') + '\0 ', 148);
    return bytes;
  }

  /** Several files (model.json and its weights) as one archive. */
  function packed(files) {
    const parts = [];
    files.forEach(function (file) {
      parts.push(header(file.name, file.size), file, new Uint8Array((BLOCK - (file.size % BLOCK)) % BLOCK));
    });
    return new Blob(parts.concat(new Uint8Array(2 * BLOCK)));
  }

  /** Uploads what was chosen: an exported file, or the files of a TensorFlow.js layers model. */
  swat.importFiles = function (path, files, reason, done) {
    const list = Array.from(files);
    if (list.length === 0) return;
    const single = list.length === 1 && !/\.json$/i.test(list[0].name);
    const body = single ? list[0] : packed(list);
    if (body.size > MOST) {
      RED.notify(swat.text('transfer.large', { most: MOST / 1024 / 1024 }), 'error');
      return;
    }
    const name = single ? list[0].name : 'network.tar';
    $.ajax({
      url: path + '/import?' + $.param({ name: name, reason: reason }),
      method: 'POST',
      contentType: 'application/octet-stream',
      data: body,
      processData: false,
    })
      .done(function (answer) {
        RED.notify(importedText(answer), answer.ready ? 'success' : 'warning');
        done();
      })
      .fail(swat.notify);
  };

  /** What came in, in words. */
  function importedText(answer) {
    if (!answer.ready)
      return swat.text('transfer.waiting', { file: answer.file, inputs: answer.inputs, outputs: answer.outputs });
    const differs = answer.missing.length + answer.extra.length > 0;
    return swat.text(differs ? 'transfer.other' : 'transfer.imported', {
      version: answer.version,
      missing: answer.missing.join(', ') || '–',
      extra: answer.extra.join(', ') || '–',
    });
  }
})();
