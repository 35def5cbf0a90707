(function () {
  const swat = (window.swat = window.swat || {});
  const TAB = 'swat';
  /** In the order of a chain. Of other nodes of ours, those that have had errors. */
  const TYPES = [
    'swat-kafka-in',
    'swat-window',
    'swat-autoencoder',
    'swat-pca',
    'swat-iforest',
    'swat-severity',
    'swat-alert',
    'swat-notify',
    'swat-kafka-out',
  ];
  /** Asked again so often while it is shown: the runtime publishes for a while after it was asked. */
  const RENEW_MS = 20000;
  const RETRY_MS = 5000;
  const MOST_SCORES = 120;

  /** The flow and the subflows that a node stands in: their names, and the subflow to go to; `number` tells namesakes apart. */
  function homeOf(node, within) {
    const subflows = (within || []).map((id) => RED.nodes.node(id)).filter(Boolean);
    const outer = subflows.length > 0 ? subflows[0] : node;
    const flow = RED.nodes.workspace(outer.z) || RED.nodes.subflow(outer.z);
    const names = [
      flow ? flow.label || flow.name || flow.id : '',
      ...subflows.map((each) => RED.utils.getNodeLabel(each)),
    ];
    const inner = subflows[subflows.length - 1];
    const id = [outer.z, ...subflows.map((each) => each.id)].join('/');
    return {
      id,
      name: names.join(' › '),
      flow: outer.z,
      y: subflows.length > 0 ? outer.y : -1,
      subflow: inner && inner.id,
    };
  }

  /** Nodes of ours that the editor has, and those in subflows that only run: where they lead to, by id. */
  function placesOf(entries) {
    const places = [];
    const add = (node, id, entry) => {
      const rank = TYPES.indexOf(node.type);
      if (rank < 0 && !(/^swat-/.test(node.type) && entry && entry.errors > 0)) return;
      places.push({ id, node, rank: rank < 0 ? TYPES.length : rank, home: homeOf(node, entry && entry.within) });
    };
    RED.nodes.eachNode((node) => {
      const runs = [...entries.values()].filter(({ of }) => of === node.id);
      if (runs.length === 0) add(node, node.id, entries.get(node.id));
      for (const entry of runs) add(node, entry.id, entry);
    });
    const order = RED.nodes.getWorkspaceOrder();
    const at = ({ flow }) => (order.includes(flow) ? order.indexOf(flow) : order.length);
    places.sort(
      ({ home: a, ...one }, { home: b, ...other }) =>
        at(a) - at(b) ||
        a.y - b.y ||
        (a.id < b.id ? -1 : a.id > b.id ? 1 : 0) ||
        one.rank - other.rank ||
        one.node.y - other.node.y,
    );
    // Subflows without a name of their own are numbered.
    const namesakes = new Map();
    for (const { home } of places) namesakes.set(home.name, (namesakes.get(home.name) || new Set()).add(home.id));
    for (const { home } of places) {
      const same = [...namesakes.get(home.name)];
      home.title = same.length > 1 ? `${home.name} (${same.indexOf(home.id) + 1})` : home.name;
    }
    return places;
  }

  function createPanel() {
    const summary = swat.part('div', 'swat-side-summary').attr({ role: 'status' });
    const legend = swat.part('div', 'swat-side-legend');
    const list = swat.part('div', 'swat-side-list');
    const element = swat.part('div', 'swat-side').append(summary, legend, list);
    /** What the runtime says, the statuses as Node-RED tells them, and the scores, by id. */
    const entries = new Map();
    const statuses = new Map();
    const scores = new Map();
    const rows = new Map();
    let drawn = '';
    let clock = { server: Date.now(), here: Date.now() };
    let problem;
    let shown = false;
    let timers = [];

    const now = () => clock.server + Date.now() - clock.here;

    function took(entry) {
      entries.set(entry.id, entry);
      if (entry.scores) scores.set(entry.id, entry.scores.slice());
      else if (entry.score) {
        const known = scores.get(entry.id) || [];
        if (known.length > 0 && known[known.length - 1][0] === entry.score[0]) known.pop();
        known.push(entry.score);
        scores.set(entry.id, known.slice(-MOST_SCORES));
      }
    }

    function empty() {
      const steps = swat
        .part('ol')
        .append(
          swat.part('li', '', swat.text('sidebar.empty.example')),
          swat.part('li', '', swat.text('sidebar.empty.deploy')),
          swat.part('li', '', swat.text('sidebar.empty.look')),
        );
      const open = () => RED.actions.invoke('core:show-examples-import-dialog');
      list.append(
        swat
          .part('div', 'swat-side-empty')
          .append(
            swat.part('p', '', swat.text('sidebar.empty.none')),
            steps,
            swat.button(swat.text('sidebar.empty.open'), open, 'download'),
          ),
      );
    }

    /** The name of a flow; that of a subflow leads to where it stands. */
    function heading({ title, subflow }) {
      const head = swat.part('h4', 'swat-side-flow').attr('title', title);
      if (subflow === undefined) return head.text(title);
      return head.append(
        swat
          .part('button', 'swat-side-subflow', title)
          .attr({ type: 'button', title: swat.text('sidebar.reveal-subflow') })
          .on('click', () => RED.view.reveal(subflow)),
      );
    }

    /** Draws the rows anew only where there are others: whoever is on one with the keyboard stays there. */
    function arrange(places) {
      const key = JSON.stringify(places.map(({ id, home }) => [id, home.id, home.title]));
      if (key === drawn) return;
      drawn = key;
      list.empty();
      rows.clear();
      if (places.length === 0) empty();
      let home;
      for (const place of places) {
        if (place.home.id !== home) list.append(heading(place.home));
        home = place.home.id;
        const row = swat.createSidebarRow({ id: place.node.id });
        rows.set(place.id, row);
        list.append(row.element);
      }
    }

    function summed(places) {
      const found = places.map(({ id }) => entries.get(id)).filter(Boolean);
      const recent = ({ id }) => {
        const known = scores.get(id) || [];
        return known.length > 0 && known[known.length - 1][0] > now() - 10000 && known[known.length - 1][1] >= 1;
      };
      const counts = {
        over: found.filter((entry) => entry.stage !== undefined && recent(entry)).length,
        learning: found.filter(({ stage }) => stage !== undefined && stage !== 'idle').length,
        waiting: found.filter(({ ready }) => !ready).length,
        errors: found.filter(({ errors }) => errors > 0).length,
      };
      const said = Object.entries(counts).flatMap(([what, count]) =>
        count > 0 ? [swat.text('sidebar.sum.' + what, { count })] : [],
      );
      if (places.length === 0) return '';
      return said.length > 0 ? said.join(' · ') : swat.text('sidebar.sum.calm', { count: found.length });
    }

    function draw() {
      if (!shown) return;
      const places = placesOf(entries);
      arrange(places);
      for (const { id, node } of places) {
        const label = RED.utils.getNodeLabel(node, node.type);
        const type = node._def && node._def.paletteLabel;
        const kind = typeof type === 'function' ? type.call(node._def) : type || node.type.replace(/^swat-/, '');
        rows.get(id).show(label, kind, entries.get(id), statuses.get(id), scores.get(id) || [], now());
      }
      // Texts come later than the sidebar is made.
      legend.text(swat.text('sidebar.legend')).toggle(places.some(({ id }) => (scores.get(id) || []).length > 0));
      const text = problem || summed(places);
      if (summary.text() !== text) summary.text(text);
      summary.toggle(text !== '').toggleClass('swat-side-problem', problem !== undefined);
    }

    function ask() {
      clearTimeout(timers.ask);
      $.getJSON('swat/sidebar')
        .done((answer) => {
          problem = undefined;
          clock = { server: answer.now, here: Date.now() };
          entries.clear();
          answer.nodes.forEach(took);
        })
        .fail(
          (request) =>
            (problem = swat.text(
              request.status === 403 || request.status === 401 ? 'sidebar.denied' : 'sidebar.unreachable',
            )),
        )
        .always(() => {
          draw();
          if (shown) timers.ask = setTimeout(ask, problem ? RETRY_MS : RENEW_MS);
        });
    }

    RED.comms.subscribe('swat/live', (_topic, { now: server, nodes, gone }) => {
      clock = { server, here: Date.now() };
      nodes.forEach(took);
      gone.forEach((id) => entries.delete(id));
      draw();
    });
    RED.comms.subscribe('status/#', (topic, said) => statuses.set(topic.slice('status/'.length), said));
    for (const event of ['nodes:add', 'nodes:remove', 'nodes:change', 'flows:add', 'flows:change', 'flows:remove'])
      RED.events.on(event, later);
    RED.events.on('deploy', () => shown && ask());
    function later() {
      clearTimeout(timers.later);
      timers.later = setTimeout(draw, 100);
    }

    return {
      element,
      show() {
        if (shown) return;
        shown = true;
        ask();
        timers.draw = setInterval(draw, 1000);
      },
      hide() {
        shown = false;
        clearTimeout(timers.ask);
        clearInterval(timers.draw);
      },
    };
  }

  RED.plugins.registerPlugin('swat-sidebar', {
    type: 'swat-sidebar',
    onadd() {
      const panel = createPanel();
      RED.actions.add('swat:show-sidebar', () => RED.sidebar.show(TAB));
      RED.sidebar.addTab({
        id: TAB,
        label: 'SWaT',
        name: 'SWaT',
        iconClass: 'fa fa-line-chart',
        content: panel.element,
        enableOnEdit: true,
        pinned: true,
        action: 'swat:show-sidebar',
        onchange: panel.show,
        onremove: panel.hide,
      });
      // Whether it is the tab that is seen is known by its place on the page alone, in every version of the editor.
      new IntersectionObserver((seen) => (seen[seen.length - 1].isIntersecting ? panel.show() : panel.hide())).observe(
        panel.element[0],
      );
    },
  });
})();
