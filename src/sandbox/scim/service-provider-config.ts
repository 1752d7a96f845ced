const guide = "https://docs.aws.amazon.com/singlesignon/latest/developerguide/what-is-scim.html";

/** What the endpoint can do, as the service has told it: its `maxResults` is older than its lists. */
export const serviceProviderConfig = {
  schemas: ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
  documentationUri: guide,
  authenticationSchemes: [
    {
      type: "oauthbearertoken",
      name: "OAuth Bearer Token",
      description: "A bearer token in the Authorization header",
      specUri: "https://www.rfc-editor.org/info/rfc6750",
      documentationUri: guide,
      primary: true,
    },
  ],
  patch: { supported: true },
  bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
  filter: { supported: true, maxResults: 50 },
  changePassword: { supported: false },
  sort: { supported: false },
  etag: { supported: false },
} as const;
