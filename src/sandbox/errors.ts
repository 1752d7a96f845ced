/** The errors that the services answer with: a code, a text, and the members that the model gives the error. */

/** Thrown by an operation, turned into the service's error body by the protocol. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  readonly code: string;
  /** Modelled members besides the message, such as `ResourceType` or `Reason`. */
  readonly members: Readonly<Record<string, string>>;
  /** HTTP status: the services answer 400 to every mistake of the client, whatever its kind. */
  readonly status: number;

  constructor(code: string, message: string, members: Readonly<Record<string, string>> = {}, status = 400) {
    super(message);
    this.code = code;
    this.members = members;
    this.status = status;
  }
}

export function validationError(message: string): ServiceError {
  return new ServiceError("ValidationException", message);
}

export function accessDenied(message: string): ServiceError {
  return new ServiceError("AccessDeniedException", message);
}

export function notFound(message: string, members: Readonly<Record<string, string>> = {}): ServiceError {
  return new ServiceError("ResourceNotFoundException", message, members);
}

export function conflict(message: string, members: Readonly<Record<string, string>> = {}): ServiceError {
  return new ServiceError("ConflictException", message, members);
}

export function quotaExceeded(message: string): ServiceError {
  return new ServiceError("ServiceQuotaExceededException", message);
}

export function throttled(message: string): ServiceError {
  return new ServiceError("ThrottlingException", message);
}
