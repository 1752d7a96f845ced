import { exampleOrganization } from "../../src/sandbox/organization.js";

/** The accounts of the example organization, its management account excepted. */
export const exampleAccounts = [...exampleOrganization.accounts.values()]
  .filter(({ id }) => id !== exampleOrganization.managementAccount)
  .map(({ name, email, ou, tags }) => ({ name, email, ou, tags: Object.fromEntries(tags) }));
