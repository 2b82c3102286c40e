'use strict';

/* Shows the state that /events sends. Everything from there becomes text, never markup. */
(() => {
  const WIDTH = 600;
  const HEIGHT = 120;
  const LOWEST_TOP = 1000; // bytes a second, so that keepalives and greetings don't look like load
  const cards = new Map(); // by the tunnel's name
  const byId = id => document.getElementById(id);

  function bytes(number) {
    const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
    let unit = 0;
    while (number >= 1000 && unit < units.length - 1) {
      number /= 1000;
      unit++;
    }
    return (unit === 0 || number >= 100 ? Math.round(number) : number.toFixed(1)) + ' ' + units[unit];
  }

  function axisLabel(rate) {
    return bytes(rate).replace('.0 ', ' ') + '/s';
  }

  function milliseconds(number) {
    return number.toFixed(number < 100 ? 1 : 0) + ' ms';
  }

  function duration(seconds) {
    const days = Math.floor(seconds / 86400);
    const hours = Math.floor(seconds / 3600) % 24;
    const minutes = Math.floor(seconds / 60) % 60;
    return days > 0 ? `${days} d ${hours} h` : hours > 0 ? `${hours} h ${minutes} min` : minutes > 0
      ? `${minutes} min` : `${seconds} s`;
  }

  function setText(element, text) {
    if (element.textContent !== text) { // an assignment would end a selection
      element.textContent = text;
    }
  }

  /* The next of 1, 2, 5, 10, 20, 50 ..., so that the labels of the chart are round. */
  function roundUp(number) {
    const magnitude = 10 ** Math.floor(Math.log10(number));
    return magnitude * [1, 2, 5, 10].find(factor => number <= factor * magnitude);
  }

  function path(points, most, top) {
    const first = most - points.length;
    return points
      .map((value, i) => {
        const x = (first + i) * WIDTH / (most - 1);
        const y = HEIGHT - 1 - value / top * (HEIGHT - 2);
        return (i === 0 ? 'M' : 'L') + x.toFixed(1) + ' ' + y.toFixed(1);
      })
      .join('');
  }

  function newCard(name) {
    const card = byId('tunnel').content.firstElementChild.cloneNode(true);
    const title = card.querySelector('h3');
    title.id = 'tunnel-' + cards.size + '-' + Date.now();
    title.textContent = name;
    card.setAttribute('aria-labelledby', title.id);
    byId('tunnels').append(card);
    return { card, sent: [], received: [] };
  }

  function fillTable(card, name, counts) {
    const body = card.querySelector(`[data-table="${name}"] tbody`);
    const entries = Object.entries(counts);
    const text = JSON.stringify(entries);
    if (body.dataset.shown === text) {
      return;
    }
    body.dataset.shown = text;
    body.replaceChildren(...(entries.length > 0 ? entries : [['none', 0]]).map(([reason, count]) => {
      const row = document.createElement('tr');
      for (const value of [reason.replaceAll('_', ' '), String(count)]) {
        const cell = document.createElement('td');
        cell.textContent = value;
        row.append(cell);
      }
      return row;
    }));
  }

  function drawChart(known, state) {
    const most = Math.max(0, ...known.sent, ...known.received);
    const top = roundUp(Math.max(most, LOWEST_TOP));
    const last = points => points.length > 0 ? points[points.length - 1] : 0;
    const minutes = Math.round(state.maxPoints * state.periodSeconds / 60);
    const card = known.card;
    card.querySelector('path.sent').setAttribute('d', path(known.sent, state.maxPoints, top));
    card.querySelector('path.received').setAttribute('d', path(known.received, state.maxPoints, top));
    card.querySelector('svg').setAttribute('aria-label',
      `Throughput of the last ${minutes} minutes: now ${bytes(last(known.sent))} a second sent and `
      + `${bytes(last(known.received))} a second received, at most ${bytes(most)} a second`);
    setText(card.querySelector('[data-field="top"]'), axisLabel(top));
    setText(card.querySelector('[data-field="half"]'), axisLabel(top / 2));
    setText(card.querySelector('[data-field="start"]'), `${minutes} min ago`);
    setText(card.querySelector('[data-field="most"]'), most > 0 ? `at most ${bytes(most)}/s` : 'no data yet');
  }

  function keysOf(tunnel) {
    return tunnel.keys.length === 1 ? tunnel.key : tunnel.keys
      .map(key => `${key.name} ${key.fingerprint}: ${key.open} open, ${key.proved} in all`).join('; ');
  }

  function showTunnel(tunnel, state, whole) {
    if (!cards.has(tunnel.name)) {
      cards.set(tunnel.name, newCard(tunnel.name));
    }
    const known = cards.get(tunnel.name);
    for (const side of ['sent', 'received']) {
      known[side] = whole ? tunnel[side] : known[side].concat(tunnel[side]).slice(-state.maxPoints);
    }
    const field = name => known.card.querySelector(`[data-field="${name}"]`);
    setText(known.card.querySelector('.route'), `${tunnel.side}, ${tunnel.listen} → ${tunnel.to}`);
    setText(field('state'), tunnel.listening ? 'listening' : 'not listening');
    field('state').classList.toggle('bad', !tunnel.listening);
    setText(field('open'), `${tunnel.open} of ${tunnel.limit}`
      + (tunnel.unauthenticated > 0 ? `, ${tunnel.unauthenticated} not authenticated` : ''));
    setText(field('sent'), bytes(tunnel.sentBytes));
    setText(field('received'), bytes(tunnel.receivedBytes));
    setText(field('key'), keysOf(tunnel));
    setText(field('handshake'), tunnel.lastHandshakeMillis === undefined
      ? 'no handshake yet' : `${milliseconds(tunnel.lastHandshakeMillis)}, mean ${milliseconds(tunnel.meanHandshakeMillis)}`);
    drawChart(known, state);
    for (const table of ['handshakes', 'outcomes', 'connectFailures']) {
      fillTable(known.card, table, tunnel[table]);
    }
  }

  function showWarnings(warnings) {
    const section = byId('warnings');
    const text = JSON.stringify(warnings);
    if (section.dataset.shown === text) {
      return;
    }
    section.dataset.shown = text;
    section.hidden = warnings.length === 0;
    section.querySelector('ul').replaceChildren(...warnings.map(warning => {
      const item = document.createElement('li');
      item.textContent = warning;
      return item;
    }));
  }

  function show(state, whole) {
    const warnings = state.lastReloadSucceeded === false
      ? ['The last reload failed, and the former configuration is in force; the log says why.'].concat(state.warnings)
      : state.warnings;
    setText(byId('process'), `Version ${state.version}, ${state.phase} for ${duration(state.uptimeSeconds)}, `
      + `${bytes(state.lockedBytes)} of memory locked`);
    showWarnings(warnings);
    byId('none').hidden = state.tunnels.length > 0;
    const names = new Set(state.tunnels.map(tunnel => tunnel.name));
    for (const [name, known] of cards) {
      if (!names.has(name)) {
        known.card.remove();
        cards.delete(name);
      }
    }
    state.tunnels.forEach(tunnel => showTunnel(tunnel, state, whole));
  }

  const source = new EventSource('events');
  source.addEventListener('all', event => {
    setText(byId('link'), '');
    show(JSON.parse(event.data), true);
  });
  source.addEventListener('now', event => show(JSON.parse(event.data), false));
  source.addEventListener('error', () => {
    setText(byId('link'), 'No connection to the program. What is shown is old.');
  });
})();
