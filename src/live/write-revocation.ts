import type { Writer } from "../apply/ports.js";
import { LiveError } from "../model/live-error.js";
import { isKind } from "./gaps.js";
import { revokedTag, revokedValue } from "./revoked-tag.js";
import type { Site } from "./site.js";

export function revocationWriter({ api, instance }: Site): Writer["revocation"] {
  const resource = { InstanceArn: instance.arn, ResourceArn: instance.arn };
  return {
    async create(userId, said) {
      const Tags = [{ Key: `${revokedTag}${userId}`, Value: revokedValue(said) }];
      try {
        await api.call("sso-admin TagResource", { ...resource, Tags });
      } catch (error) {
        throw isKind(error, "quota") ? full(error) : error;
      }
    },
    async delete(userId) {
      await api.call("sso-admin UntagResource", { ...resource, TagKeys: [`${revokedTag}${userId}`] });
    },
  };
}

function full({ message, code, operation, action, requestId }: LiveError): LiveError {
  return new LiveError(message, {
    kind: "quota",
    code,
    operation,
    action,
    help: `An instance can have some fifty tags. Lift revocations of people who are gone (idc revoke --lift, with the user id that the tag ${revokedTag}… has), or take away other tags.`,
    requestId,
  });
}
