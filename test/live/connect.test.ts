import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { exampleOrganization } from "../../src/sandbox/organization.js";
import { serve } from "../../src/sandbox/server.js";
import { newState } from "../../src/sandbox/state.js";
import { connect } from "../../src/live/connect.js";
import { createWorld, instanceArn } from "../sandbox/world.js";
import type { Fault } from "../support/faulty-handler.js";
import { createLiveWorld, failure, read } from "./live-world.js";

const management = "999900001111";
const other = {
  InstanceArn: "arn:aws:sso:::instance/ssoins-9999222233334444",
  IdentityStoreId: "d-9999222233",
  OwnerAccountId: management,
  Status: "ACTIVE",
};

/** Edits the answers of one operation. */
function editing(operation: string, edit: (answer: Record<string, unknown>) => object) {
  return (call: { operation: string }): Fault | null => (call.operation === operation ? { edit } : null);
}
const listing = (...instances: object[]) =>
  editing("sso-admin ListInstances", () => ({ Instances: instances }));

describe("the instance", () => {
  test("is the only organization instance, and the caller is known", async () => {
    const { instance, caller } = await createLiveWorld().connect();
    expect(instance).toEqual({
      arn: instanceArn,
      identityStoreId: "d-1111222233",
      region: "eu-west-1",
      ownerAccountId: management,
      mark: null,
    });
    expect(caller).toMatchObject({ accountId: management, isManagement: true });
  });

  test("takes five requests to find", async () => {
    const connection = await createLiveWorld().connect();
    expect(connection.requests()).toEqual({ ssoAdmin: 3, identityStore: 0, organizations: 1, sts: 1 });
    expect(connection.operations().get("sso-admin ListInstances")).toBe(1);
  });

  test("of a member account is passed over beside the organization's", async () => {
    const world = createLiveWorld();
    const account = { ...other, OwnerAccountId: "111122223333" };
    world.faults = editing("sso-admin ListInstances", (answer) => ({
      Instances: [account, ...(answer["Instances"] as object[])],
    }));
    expect((await world.connect()).instance.arn).toBe(instanceArn);
  });

  test("is not in the region asked", async () => {
    const error = await failure(createLiveWorld().connect({ region: "us-east-1" }));
    expect(error.message).toBe("There is no IAM Identity Center in the region us-east-1.");
    expect(error.help).toContain("identityCenter.region");
    expect(error.help).toContain("--region");
  });

  test("must be named where there are several", async () => {
    const world = createLiveWorld();
    world.faults = editing("sso-admin ListInstances", (answer) => ({
      Instances: [other, ...(answer["Instances"] as object[])],
    }));
    const error = await failure(world.connect());
    expect(error.message).toBe("There are 2 instances of IAM Identity Center in the region eu-west-1.");
    expect(error.help).toContain("identityCenter.instanceArn or --instance-arn");
    expect(error.help).toContain(other.InstanceArn);
    expect((await world.connect({ instanceArn })).instance.arn).toBe(instanceArn);
  });

  test("that is named must exist", async () => {
    const error = await failure(createLiveWorld().connect({ instanceArn: other.InstanceArn }));
    expect(error.message).toBe(`There is no instance ${other.InstanceArn} in the region eu-west-1.`);
    expect(error.help).toContain(instanceArn);
  });

  test.each([null, other.InstanceArn])("of an account alone cannot be managed (named: %s)", async (named) => {
    const world = createLiveWorld();
    world.faults = listing({ ...other, OwnerAccountId: "111122223333" });
    const error = await failure(world.connect({ instanceArn: named }));
    expect(error.message).toContain("is an account instance of the account 111122223333");
    expect(error.help).toContain("organization instance");
  });

  test("must be ACTIVE", async () => {
    const world = createLiveWorld();
    world.faults = editing("sso-admin DescribeInstance", (answer) => ({
      ...answer,
      Status: "CREATE_FAILED",
      StatusReason: "no luck",
    }));
    const error = await failure(world.connect());
    expect(error.message).toBe(`The instance ${instanceArn} is not ACTIVE but CREATE_FAILED: no luck.`);
  });

  test("must take permission sets", async () => {
    const state = newState(exampleOrganization);
    state.instance = { ...state.instance, permissionSetsEnabled: false };
    const error = await failure(createLiveWorld({ state }).connect());
    expect(error.message).toContain("multi-account permissions switched off");
    expect(error.help).toContain("cannot be undone");
  });

  test("must be asked in its home region", async () => {
    const world = createLiveWorld();
    world.faults = editing("sso-admin ListInstances", (answer) => ({
      Instances: (answer["Instances"] as object[]).map((one) => ({ ...one, PrimaryRegion: "eu-north-1" })),
    }));
    const error = await failure(world.connect());
    expect(error.message).toContain("its home region, where changes are made, is eu-north-1");
    expect(error.help).toContain("--region eu-north-1");
  });

  test("is found where Organizations may not be read", async () => {
    const world = createLiveWorld();
    world.faults = ({ operation }) =>
      operation.startsWith("organizations ") ? { refuse: "AccessDeniedException", message: "no" } : null;
    const { instance, caller } = await world.connect();
    expect(instance.arn).toBe(instanceArn);
    expect(caller.isManagement).toBe(true);
  });

  test("is not believed to be unmarked when its tags cannot be read", async () => {
    const world = createLiveWorld();
    world.faults = ({ operation }) =>
      operation === "sso-admin ListTagsForResource"
        ? { refuse: "AccessDeniedException", message: "no" }
        : null;
    expect(await failure(world.connect())).toMatchObject({
      kind: "denied",
      action: "sso:ListTagsForResource",
    });
  });
});

describe("what the machine provides", () => {
  const variables = Object.keys(process.env).filter((name) => name.startsWith("AWS_"));
  let home: string;

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), "idc-connect-"));
    for (const name of variables) vi.stubEnv(name, undefined);
    vi.stubEnv("AWS_CONFIG_FILE", join(home, "config"));
    vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", join(home, "credentials"));
    vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
  });
  afterEach(() => vi.unstubAllEnvs());

  const limits = { requestsPerSecond: Infinity, operationsInFlight: 10 };
  const chain = { region: null, instanceArn: null, profile: null, endpoint: null, limits };
  const world = () => createLiveWorld();

  test("no region at all is explained", async () => {
    const error = await failure(connect({ ...chain, clock: world().time }));
    expect(error.message).toBe("No AWS region is set.");
    expect(error.help).toContain("AWS_REGION");
  });

  test("no credentials are explained, with a way to go on without", async () => {
    const error = await failure(connect({ ...chain, region: "eu-west-1", clock: world().time }));
    expect(error).toMatchObject({ kind: "credentials", operation: "sts GetCallerIdentity" });
    expect(error.message).toMatch(/^There are no AWS credentials: .*\.$/);
    expect(error.help).toContain("aws sso login");
    expect(error.help).toContain("--sandbox");
  });

  test("a profile that does not exist is explained", async () => {
    await writeFile(join(home, "config"), "[profile other]\nregion = eu-west-1\n");
    const error = await failure(
      connect({ ...chain, region: "eu-west-1", profile: "wrk", clock: world().time }),
    );
    expect(error.kind).toBe("credentials");
    expect(error.help).toContain("wrk");
    expect(error.help).toContain("aws configure list-profiles");
  });

  test("an SSO session that has ended is explained with the command to sign in", async () => {
    await writeFile(
      join(home, "config"),
      "[sso-session corp]\nsso_start_url = https://d-1111222233.awsapps.com/start\nsso_region = eu-west-1\n" +
        "[profile work]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Admin\nregion = eu-west-1\n",
    );
    vi.stubEnv("HOME", home);
    const error = await failure(connect({ ...chain, profile: "work", clock: world().time }));
    expect(error.kind).toBe("credentials");
    expect(error.help).toContain("aws sso login --profile work");
  });

  test("the profile's region and credentials and the endpoint variables are used", async () => {
    const { sandbox } = createWorld();
    const server = await serve({ sandbox });
    await writeFile(
      join(home, "config"),
      "[profile work]\nregion = eu-west-1\naws_access_key_id = AKIDWORK\naws_secret_access_key = secret\n",
    );
    for (const service of ["SSO_ADMIN", "IDENTITYSTORE", "ORGANIZATIONS", "STS"])
      vi.stubEnv(`AWS_ENDPOINT_URL_${service}`, server.url);
    const clock = { now: () => Date.now(), sleep: () => Promise.resolve() };
    const connection = await connect({ ...chain, profile: "work", clock });
    expect(connection.instance.region).toBe("eu-west-1");
    expect((await read(connection)).gaps).toEqual([]);
    connection.close();
    await server.close();
  });
});
