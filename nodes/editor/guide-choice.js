(function () {
  const swat = (window.swat = window.swat || {});
  const value = (name) => String($('#node-input-' + name).val() || '').trim();

  /** Takes up what the running node is at, or last worked on, where the dialog was closed before that was saved with the flow. */
  swat.takeUp = function (guide) {
    const { source } = guide.report;
    if (!source || source.kind !== 'file' || guide.choice.chosen()) return;
    guide.choice.setFrom('file');
    guide.choice.setFile(source.file);
    guide.exclusions.take({ tags: source.excludedTags, ranges: source.excludedRanges }, '');
  };

  /** What to learn from, as it stands in the dialog: the flow or a file, and how a file is read. */
  swat.createChoice = function (changed) {
    const set = (name, text) => {
      $('#node-input-' + name).val(text).trigger('change'); // prettier-ignore
      changed();
    };
    return {
      from: () => (value('learnFrom') === 'file' ? 'file' : 'flow'),
      file: () => value('learnFile'),
      chosen: () => value('learnFrom') === 'file' && value('learnFile') !== '',
      setFrom: (from) => set('learnFrom', from),
      setFile: (file) => set('learnFile', file),
      /** The source as a command names it. */
      asked() {
        if (value('learnFrom') !== 'file') return {};
        const optional = {
          window: 'learnWindow',
          timeZone: 'learnZone',
          timeColumn: 'learnTime',
          labelColumn: 'learnLabel',
        };
        const fields = Object.entries(optional).filter(([, field]) => value(field) !== '');
        return { file: value('learnFile'), ...Object.fromEntries(fields.map(([name, field]) => [name, value(field)])) };
      },
    };
  };
})();
