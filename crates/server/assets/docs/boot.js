// Starts Swagger UI on the service's own description. Loaded after swagger-ui-bundle.js and sign-in.js.
'use strict';
(() => {
  // The one security scheme of the description.
  const SCHEME = 'bearer';

  const ui = SwaggerUIBundle({
    url: '/openapi.json',
    dom_id: '#swagger-ui',
    deepLinking: true,
    docExpansion: 'none',
    defaultModelsExpandDepth: -1, // hundreds of schemas; each operation shows its own
    displayRequestDuration: true,
    filter: true,
    persistAuthorization: false,
    tryItOutEnabled: true,
    validatorUrl: null,
    presets: [SwaggerUIBundle.presets.apis],
    layout: 'BaseLayout',
    onComplete: () => document.documentElement.setAttribute('data-ready', ''),
  });

  SignIn.mount(document.getElementById('sign-in'), (token) => {
    if (token === null) ui.authActions.logout([SCHEME]);
    else ui.preauthorizeApiKey(SCHEME, token);
  });
})();
