// The API's operations, from our own document. What is tried out goes with the token that the reader types and never with the
// session, so that nothing is done under his name by a click; and the token is gone with the page.
SwaggerUIBundle({
  url: '/openapi/v1.json',
  dom_id: '#operations',
  deepLinking: true,
  docExpansion: 'none',
  defaultModelsExpandDepth: 0,
  filter: true,
  validatorUrl: null,
  persistAuthorization: false,
  withCredentials: false,
  requestInterceptor: request => Object.assign(request, { credentials: 'omit' }),
});
