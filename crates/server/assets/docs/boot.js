// Starts Swagger UI on the service's own description. Loaded after swagger-ui-bundle.js and sign-in.js.
'use strict';
(() => {
  let token = null;
  // Every scheme that a token opens: operations of administration have one of their own.
  const schemes = () => {
    const described = ui.specSelectors.specJson().getIn(['components', 'securitySchemes']);
    const named = Object.entries(described?.toJS() ?? {});
    return named.filter(([, { type, scheme }]) => type === 'http' && scheme?.toLowerCase() === 'bearer').map(([name]) => name);
  };
  const authorise = () => {
    const held = schemes().filter((scheme) => ui.authSelectors.authorized()?.has(scheme));
    if (token !== null) schemes().forEach((scheme) => ui.preauthorizeApiKey(scheme, token));
    else if (held.length > 0) ui.authActions.logout(held);
  };

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
    onComplete: () => {
      authorise(); // somebody may have signed in before the description came
      document.documentElement.setAttribute('data-ready', '');
    },
  });

  SignIn.mount(document.getElementById('sign-in'), (given) => {
    token = given;
    authorise();
  });
})();
