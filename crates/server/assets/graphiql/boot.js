// Starts GraphiQL on the endpoint of this server. Loaded after graphiql.js, which defines `Bundle`.
'use strict';
(() => {
  const TOKEN_PATH = '/oauth/token';

  const query = `# GraphiQL for Hải Đăng. Run: Ctrl+Enter. Complete: Ctrl+Space.
#
# If the server answers UNAUTHENTICATED, get a token:
#
#   curl ${location.origin}${TOKEN_PATH} \\
#     -d grant_type=password -d username=NAME --data-urlencode password=PASSWORD
#
# and put the access_token into "Headers" below:
#
#   { "Authorization": "Bearer PASTE_IT_HERE" }
#
# Then press "Re-fetch GraphQL schema" (bottom left). Headers are not kept:
# they are gone when the page is reloaded.

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

  const { GraphiQL, createElement, createGraphiQLFetcher, createRoot } = Bundle;
  createRoot(document.getElementById('graphiql')).render(
    createElement(GraphiQL, {
      fetcher: createGraphiQLFetcher({ url: '/graphql' }),
      defaultTabs: [{ query, variables }],
      defaultEditorToolsVisibility: 'variables',
      isHeadersEditorEnabled: true,
      shouldPersistHeaders: false,
      showPersistHeadersSettings: false,
    }),
  );
})();
