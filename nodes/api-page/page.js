// Shows the document of the API, and asks what a person wants to ask of it. Nothing is kept: the key is gone with the page.
(function () {
  const LIVE_LINES = 30;
  const base = location.pathname.replace(/\/docs\/?$/, '');
  let texts = {};
  let key = '';
  /** Puts examples into the fields of each operation. */
  const fillers = [];

  function part(tag, attributes, ...inside) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
      else if (name === 'class') made.className = value;
      else made.setAttribute(name, value);
    }
    made.append(...inside);
    return made;
  }

  async function json(path) {
    const answer = await fetch(base + path);
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return answer.json();
  }

  /** A field with its label; `value` reads it. */
  function field(name, about, control) {
    const id = `field-${(field.count = (field.count || 0) + 1)}`;
    control.id = id;
    const label = part('label', { for: id }, name, about ? part('span', { class: 'soft' }, ` ${about}`) : '');
    return { row: part('div', {}, label, control), control };
  }

  /** The first of a list, where the key may read it. */
  async function firstOf(path) {
    const answer = await fetch(`${base}${path}?limit=1`, { headers: { 'X-API-Key': key } });
    return answer.ok ? (await answer.json()).items[0] : undefined;
  }

  /** Examples that work: of what there is now. */
  async function fillIn() {
    if (key === '') return;
    const [asset, alarm, model] = await Promise.all(
      ['/assets', '/alarms', '/models'].map((path) => firstOf(path).catch(() => undefined)),
    );
    const there = { asset: asset?.asset, id: alarm?.id, kind: model?.kind, version: model?.versions[0]?.version };
    for (const fill of fillers) fill(there);
  }

  function controlFor({ schema, required }) {
    if (!schema.enum) return part('input', { type: 'text', autocomplete: 'off', spellcheck: 'false' });
    const options = [...(required ? [] : ['']), ...schema.enum].map((each) => part('option', { value: each }, each));
    return part('select', {}, ...options);
  }

  function shellWord(text) {
    return `'${text.replaceAll("'", `'\\''`)}'`;
  }

  /** The same request for a terminal; the key is not in it. */
  function curl(method, url, headers, body) {
    const lines = [`curl -X ${method} ${shellWord(url)}`];
    for (const [name, value] of Object.entries(headers)) {
      lines.push(name === 'X-API-Key' ? `-H "X-API-Key: $SWAT_KEY"` : `-H ${shellWord(`${name}: ${value}`)}`);
    }
    if (body !== undefined) lines.push(`-d ${shellWord(body)}`);
    return lines.join(' \\\n  ');
  }

  function operationCard(path, method, operation) {
    const fields = operation.parameters.map((parameter) => {
      const about = [parameter.description, parameter.required ? texts.required : ''].filter(Boolean).join(' · ');
      return { ...parameter, ...field(parameter.name, about, controlFor(parameter)) };
    });
    const media = operation.requestBody && operation.requestBody.content['application/json'];
    const area = media && field(texts.body, '', part('textarea', { spellcheck: 'false' }));
    /** What a person has typed stays. */
    function put(control, value) {
      if (value !== undefined && !control.dataset.typed) control.value = value;
    }
    function fill(there) {
      for (const { name, required, example, control } of fields) if (required) put(control, there[name] ?? example);
      if (!media) return;
      const { version } = there;
      const body = { ...media.example, ...(media.example?.version && version ? { version } : {}) };
      put(area.control, JSON.stringify(body, null, 1));
    }
    for (const { control } of [...fields, ...(area ? [area] : [])])
      control.addEventListener('input', () => (control.dataset.typed = 'yes'));
    fill({});
    fillers.push(fill);
    const outcome = part('div', { 'aria-live': 'polite' });

    function request() {
      let where = path;
      const query = new URLSearchParams();
      const headers = {};
      for (const { name, in: place, control } of fields) {
        const value = control.value.trim();
        if (place === 'path') where = where.replace(`{${name}}`, encodeURIComponent(value));
        else if (value !== '' && place === 'query') query.set(name, value);
        else if (value !== '') headers[name] = value;
      }
      if (key !== '') headers['X-API-Key'] = key;
      const body = area && area.control.value.trim() !== '' ? area.control.value : undefined;
      if (body !== undefined) headers['Content-Type'] = 'application/json';
      const asked = query.size > 0 ? `?${query}` : '';
      return { url: location.origin + base + where + asked, headers, body };
    }

    async function send() {
      const { url, headers, body } = request();
      // What stands there is of another request.
      outcome.replaceChildren();
      const begin = performance.now();
      try {
        const answer = await fetch(url, { method: method.toUpperCase(), headers, body });
        const text = await answer.text();
        const took = `${answer.status} ${answer.statusText} · ${(performance.now() - begin).toFixed(0)} ms`;
        const isJson = /json/.test(answer.headers.get('content-type') || '');
        const shown = isJson ? JSON.stringify(JSON.parse(text), null, 2) : text;
        outcome.replaceChildren(
          part('div', { class: answer.ok ? 'outcome' : 'outcome bad' }, took),
          part('pre', { tabindex: '0' }, shown),
          part('pre', { tabindex: '0', class: 'soft' }, curl(method.toUpperCase(), url, headers, body)),
        );
      } catch (cause) {
        outcome.replaceChildren(part('div', { class: 'outcome bad' }, String(cause)));
      }
    }

    const scope = operation['x-scope'] ? `${texts.scope} ${operation['x-scope']}` : texts.open;
    return part(
      'details',
      { class: 'card', id: operation.operationId, ontoggle: ({ target }) => target.open && fillIn() },
      part(
        'summary',
        {},
        part('span', { class: 'method' }, method.toUpperCase()),
        part('code', { class: 'path' }, path),
        part('span', { class: 'soft' }, operation.summary),
      ),
      part(
        'div',
        { class: 'inside' },
        part('p', {}, operation.description),
        part('p', { class: 'soft' }, scope),
        ...fields.map(({ row }) => row),
        area ? area.row : '',
        part('button', { type: 'button', onclick: send }, texts.send),
        outcome,
      ),
    );
  }

  function liveCard() {
    const lines = part('pre', { tabindex: '0', 'aria-live': 'off' });
    const state = part('div', { class: 'outcome', 'aria-live': 'polite' });
    let socket;

    function say(text, bad) {
      state.textContent = text;
      state.className = bad ? 'outcome bad' : 'outcome';
    }

    function toggle() {
      if (socket) {
        socket.close();
        return;
      }
      const address = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${base}/stream`;
      socket = new WebSocket(address, key === '' ? ['swat'] : ['swat', `swat.key.${key}`]);
      let opened = false;
      socket.onopen = () => {
        opened = true;
        say(texts.listening);
        button.textContent = texts.stop;
      };
      socket.onmessage = ({ data }) => {
        const { type, data: told } = JSON.parse(data);
        lines.prepend(`${type} · ${told.asset} · ${told.level} · ${told.text}\n`);
        while (lines.childNodes.length > LIVE_LINES) lines.lastChild.remove();
      };
      socket.onclose = () => {
        socket = undefined;
        button.textContent = texts.listen;
        say(opened ? texts.closed : texts.refused, !opened);
      };
    }

    const button = part('button', { type: 'button', onclick: toggle }, texts.listen);
    return part(
      'details',
      { class: 'card', id: 'stream' },
      part(
        'summary',
        {},
        part('span', { class: 'method' }, 'WS'),
        part('code', { class: 'path' }, '/stream'),
        part('span', { class: 'soft' }, texts.live),
      ),
      part('div', { class: 'inside' }, part('p', {}, texts.aboutLive), button, state, lines),
    );
  }

  async function draw() {
    const page = document.getElementById('page');
    try {
      texts = await json('/docs/texts.json');
      document.documentElement.lang = texts.language;
      const { info, paths } = await json('/openapi.json');
      document.title = info.title;
      const input = part('input', { type: 'password', autocomplete: 'off', class: 'mono' });
      input.addEventListener('input', () => (key = input.value.trim()));
      input.addEventListener('change', fillIn);
      page.append(
        part('h1', {}, info.title),
        part('p', { class: 'soft' }, info.description),
        part(
          'p',
          {},
          part('a', { href: `${base}/openapi.json` }, 'openapi.json'),
          ` · ${texts.version} ${info.version}`,
        ),
        field(texts.key, texts.aboutKey, input).row,
      );
      const groups = new Map();
      for (const [path, methods] of Object.entries(paths)) {
        for (const [method, operation] of Object.entries(methods)) {
          const [group] = operation.tags;
          groups.set(group, [...(groups.get(group) || []), operationCard(path, method, operation)]);
        }
      }
      for (const [group, cards] of groups) page.append(part('h2', {}, texts[`group-${group}`] || group), ...cards);
      page.append(part('h2', {}, texts['group-live']), liveCard());
    } catch (cause) {
      page.append(part('p', { class: 'outcome bad' }, String(cause)));
    }
    page.removeAttribute('aria-busy');
  }

  draw();
})();
