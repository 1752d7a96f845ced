/**
 * What the service models say about requests, as types: the shapes of the generated table, and the TypeScript
 * type of an operation's input derived from it, so that what is checked and what is coded against cannot part.
 */
import type { constraints } from "./constraints.generated.js";

export type Shape =
  | {
      readonly type: "string";
      readonly min?: number;
      readonly max?: number;
      /** Must match the whole value. */
      readonly pattern?: string;
      readonly enum?: readonly string[];
      /** Never repeated in an error message. */
      readonly sensitive?: boolean;
    }
  | { readonly type: "integer"; readonly min?: number; readonly max?: number }
  | { readonly type: "boolean" }
  /** Any JSON value. */
  | { readonly type: "document" }
  | { readonly type: "list"; readonly min?: number; readonly max?: number; readonly member: string }
  | {
      readonly type: "map";
      readonly min?: number;
      readonly max?: number;
      readonly key: string;
      readonly value: string;
    }
  | {
      readonly type: "structure";
      readonly required: readonly string[];
      /** Member name → shape name. */
      readonly members: Readonly<Record<string, string>>;
      /** Exactly one member must be given. */
      readonly union?: boolean;
    };

type ServiceConstraints = {
  /** The part of `X-Amz-Target` before the dot. */
  readonly target: string;
  /** Operation → the shape of its input. */
  readonly operations: Readonly<Record<string, string>>;
  /** The service's operations that the sandbox does not have. */
  readonly refused: readonly string[];
  readonly shapes: Readonly<Record<string, Shape>>;
};

export type Constraints = Readonly<Record<string, ServiceConstraints>>;

/** The services that speak JSON, named as the AWS CLI names them. */
export type Service = keyof typeof constraints;

export type Operation<S extends Service> = keyof (typeof constraints)[S]["operations"] & string;

/** The input of an operation after it was checked: nothing unknown, nothing null, everything as the model says. */
export type Input<S extends Service, O extends Operation<S>> = Named<
  S,
  (typeof constraints)[S]["operations"][O]
>;

/** The value of the shape `N` of a service. */
export type Named<S extends Service, N> = N extends keyof Shapes<S> ? ValueOf<S, Shapes<S>[N]> : never;

type Shapes<S extends Service> = (typeof constraints)[S]["shapes"];

type ValueOf<S extends Service, T> = T extends { type: "string"; enum: readonly (infer E)[] }
  ? E
  : T extends { type: "string" }
    ? string
    : T extends { type: "integer" }
      ? number
      : T extends { type: "boolean" }
        ? boolean
        : T extends { type: "document" }
          ? unknown
          : T extends { type: "list"; member: infer M }
            ? readonly Named<S, M>[]
            : T extends { type: "map"; value: infer V }
              ? Readonly<Record<string, Named<S, V>>>
              : T extends { type: "structure"; members: infer M; union: true }
                ? OneOf<{ readonly [K in keyof M]: Named<S, M[K]> }>
                : T extends { type: "structure"; required: readonly (infer R)[]; members: infer M }
                  ? { readonly [K in keyof M & R]: Named<S, M[K]> } & {
                      readonly [K in Exclude<keyof M, R>]?: Named<S, M[K]>;
                    }
                  : never;

type OneOf<M> = {
  [K in keyof M]: Pick<M, K> & { readonly [P in Exclude<keyof M, K>]?: never };
}[keyof M];
