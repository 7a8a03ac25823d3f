// Starts GraphiQL on the endpoint of this server. Loaded after graphiql.js, which defines `Bundle`, examples.js and sign-in.js.
'use strict';
(() => {
  // GraphiQL keeps headers with its history whatever `shouldPersistHeaders` says; a token must not be left behind.
  const WITH_HEADERS = ['graphiql:queries', 'graphiql:favorites', 'graphiql:tabState'];
  const withoutHeaders = (json) => JSON.stringify(JSON.parse(json), (name, value) => (name === 'headers' ? null : value));
  const ours = () => Object.keys(localStorage).filter((key) => key.startsWith('graphiql:'));
  const keeping = {
    getItem: (key) => localStorage.getItem(key),
    setItem: (key, value) => {
      if (key === 'graphiql:headers') return;
      localStorage.setItem(key, WITH_HEADERS.includes(key) ? withoutHeaders(value) : value);
    },
    removeItem: (key) => localStorage.removeItem(key),
    clear: () => ours().forEach((key) => localStorage.removeItem(key)),
    get length() {
      return ours().length;
    },
  };

  const inMemory = () => {
    const kept = new Map();
    return {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => kept.set(key, value),
      removeItem: (key) => kept.delete(key),
      clear: () => kept.clear(),
      get length() {
        return kept.size;
      },
    };
  };
  const tabs = EXAMPLES.map(({ document, variables }) => ({ query: document, variables: JSON.stringify(variables, null, 2) }));
  // The variables of the tab that is open are read from what was kept: on the first visit they are laid down as if they had been typed.
  const open = (storage) => {
    if (storage.getItem('graphiql:tabState') === null) storage.setItem('graphiql:variables', tabs[0].variables);
    return storage;
  };
  let storage;
  try {
    storage = open(keeping);
  } catch {
    storage = open(inMemory()); // the browser refuses to keep anything
  }

  // Whoever signed in above asks, unless the tab's own headers say who does.
  let token = null;
  const asking = (url, init) => {
    const headers = new Headers(init.headers);
    if (token !== null && !headers.has('authorization')) headers.set('authorization', `Bearer ${token}`);
    return fetch(url, { ...init, headers });
  };
  SignIn.mount(document.getElementById('sign-in'), (given) => {
    token = given;
  });

  // An editor takes Tab for itself, so that whoever has no mouse would never get out: Esc lets the next Tab go on, and where there is
  // only something to read each does. The page tells so, as does every editor that is entered.
  let leaves = false;
  const within = (selector) => document.activeElement?.closest(selector) != null;
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Tab' && within('.CodeMirror') && (leaves || within('.result-window'))) event.stopImmediatePropagation();
    // A list of what may follow is closed by Esc first.
    if (event.key === 'Escape') leaves = document.querySelector('.CodeMirror-hints') === null;
    else if (event.key !== 'Shift') leaves = false;
  }, true);
  document.addEventListener('focusin', ({ target }) => {
    leaves = false;
    if (target.closest('.CodeMirror') !== null) target.setAttribute('aria-describedby', 'leaving');
  });

  const { GraphiQL, createElement, createGraphiQLFetcher, createRoot } = Bundle;
  createRoot(document.getElementById('graphiql')).render(
    createElement(GraphiQL, {
      fetcher: createGraphiQLFetcher({ url: '/graphql', fetch: asking }),
      defaultQuery: '# A new tab. Complete: Ctrl+Space. Leave the editor: Esc, then Tab.\n\n',
      defaultTabs: tabs,
      storage,
      defaultEditorToolsVisibility: 'variables',
      isHeadersEditorEnabled: true,
      shouldPersistHeaders: false,
      showPersistHeadersSettings: false,
    }),
  );
})();
