// Starts GraphiQL on the endpoint of this server. Loaded after graphiql.js, which defines `Bundle`.
'use strict';
(() => {
  const TOKEN_PATH = '/api/v1/auth/token';

  const query = `# GraphiQL for Hải Đăng. Run: Ctrl+Enter. Complete: Ctrl+Space.
#
# If the server answers UNAUTHENTICATED, get a token:
#
#   curl ${location.origin}${TOKEN_PATH} \\
#     -d grant_type=password \\
#     -d username=NAME --data-urlencode password=WORD
#
# and put the access_token into "Headers" below:
#
#   { "Authorization": "Bearer PASTE_IT_HERE" }
#
# Then press "Re-fetch GraphQL schema", bottom left.
# Headers are not kept: a reload of the page forgets them.

query Programme($code: String!) {
  programme(code: $code) {
    code
    name(lang: EN)
    startYear
    endYear
    groups {
      code
      name
      tasks {
        code
        name
        leadAgencies {
          code
          name
        }
        coordinatingAgencies {
          code
          name
        }
        period {
          asWritten
          startYear
          endYear
        }
        occurrences {
          year
          status
        }
      }
    }
  }
}
`;
  const variables = JSON.stringify({ code: 'HP-1593-2013' }, null, 2);

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
  // The example is laid down as if it had been typed, on the first visit only.
  const open = (storage) => {
    if (storage.getItem('graphiql:tabState') === null) {
      storage.setItem('graphiql:query', query);
      storage.setItem('graphiql:variables', variables);
    }
    return storage;
  };
  let storage;
  try {
    storage = open(keeping);
  } catch {
    storage = open(inMemory()); // the browser refuses to keep anything
  }

  const { GraphiQL, createElement, createGraphiQLFetcher, createRoot } = Bundle;
  createRoot(document.getElementById('graphiql')).render(
    createElement(GraphiQL, {
      fetcher: createGraphiQLFetcher({ url: '/graphql' }),
      defaultQuery: '# A new tab. Complete: Ctrl+Space.\n\n', // the first tab has the example
      storage,
      defaultEditorToolsVisibility: 'variables',
      isHeadersEditorEnabled: true,
      shouldPersistHeaders: false,
      showPersistHeadersSettings: false,
    }),
  );
})();
