// The APPSYNC_JS runtime: @aws-appsync/utils, the built-ins AppSync documents, and nothing else.
// The only stand-in for that module in this repository: local AWS runs resolvers on it, and their unit tests too
// (deployment/api/test/appsync-utils), since the code of the real one exists nowhere but inside AppSync.
// Behaviour follows https://docs.aws.amazon.com/appsync/latest/devguide/built-in-util-js.html and .../extensions-js.html.
// Evaluated once per engine. Handlers run to completion and talk to Python in JSON only, so a handler can hold
// nothing of another request. Java patterns are taken as JavaScript ones: the two agree on everything but exotica.
// eslint-disable-next-line no-unused-vars -- the last expression is the object that Python calls
const __appsync = (() => {
  "use strict";
  const { parse, stringify } = JSON;
  const Clock = Date;
  const Pattern = RegExp;
  const Fault = Error;
  const bytesOf = encodeURIComponent;
  const textOf = decodeURIComponent;
  const { random, floor } = Math;
  const define = Object.defineProperty;
  const namesOf = Object.getOwnPropertyNames;
  const frozen = Object.freeze;
  const evaluate = eval;
  // Methods that `seal` takes off the prototypes, as functions of what they are called on.
  const { apply, deleteProperty: remove } = Reflect;
  const replace = (text, pattern, by) => apply(REPLACE, text, [pattern, by]);
  const REPLACE = String.prototype.replace;
  const codeUnit = (text, at) => apply(CHAR_CODE_AT, text, [at]);
  const CHAR_CODE_AT = String.prototype.charCodeAt;
  const LOOP_LIMIT = 1000;

  // What the handler being called has said so far.
  let state;

  class Stop extends Fault {
    constructor(outcome) {
      super("stopped");
      this.outcome = outcome;
    }
  }

  const fault = (message, type, data, errorInfo) => ({
    message: message === undefined || message === null ? null : `${message}`,
    type: type ?? null,
    data: data ?? null,
    errorInfo: errorInfo ?? null,
  });

  // ---- util ----------------------------------------------------------------------------------------------------
  const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

  const toBytes = (string) => {
    const bytes = [];
    const encoded = bytesOf(string);
    for (let i = 0; i < encoded.length; i += 1) {
      const escaped = encoded[i] === "%";
      bytes.push(escaped ? hexByte(encoded, i + 1) : codeUnit(encoded, i));
      if (escaped) i += 2;
    }
    return bytes;
  };
  const HEX = "0123456789abcdef";
  const hexByte = (string, at) => HEX.indexOf(lower(string[at])) * 16 + HEX.indexOf(lower(string[at + 1]));
  const lower = (letter) => (letter >= "A" && letter <= "F" ? HEX["ABCDEF".indexOf(letter) + 10] : letter);
  const fromBytes = (bytes) => textOf(bytes.map((byte) => `%${HEX[byte >> 4]}${HEX[byte & 15]}`).join(""));

  const base64Encode = (input) => {
    const bytes = toBytes(`${input}`);
    let output = "";
    for (let i = 0; i < bytes.length; i += 3) {
      const word = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
      output += BASE64[word >> 18] + BASE64[(word >> 12) & 63];
      output += i + 1 < bytes.length ? BASE64[(word >> 6) & 63] : "=";
      output += i + 2 < bytes.length ? BASE64[word & 63] : "=";
    }
    return output;
  };
  const base64Decode = (input) => {
    const bytes = [];
    let word = 0;
    let bits = 0;
    for (const letter of `${input}`) {
      const value = BASE64.indexOf(letter);
      if (value < 0) continue;
      word = ((word << 6) | value) & 0xffffff;
      bits += 6;
      if (bits >= 8) {
        bits -= 8;
        bytes.push((word >> bits) & 255);
      }
    }
    return fromBytes(bytes);
  };

  const digits = (alphabet, count) => {
    let output = "";
    for (let i = 0; i < count; i += 1) output += alphabet[floor(random() * alphabet.length)];
    return output;
  };
  const numeral = (value, alphabet, width) => {
    let output = "";
    for (let rest = value; output.length < width; rest = floor(rest / alphabet.length)) {
      output = alphabet[rest % alphabet.length] + output;
    }
    return output;
  };

  const time = {
    nowISO8601: () => new Clock().toISOString(),
    nowEpochSeconds: () => floor(Clock.now() / 1000),
    nowEpochMilliSeconds: () => Clock.now(),
    parseISO8601ToEpochMilliSeconds: (text) => Clock.parse(text),
    epochMilliSecondsToSeconds: (milliseconds) => floor(milliseconds / 1000),
    epochMilliSecondsToISO8601: (milliseconds) => new Clock(milliseconds).toISOString(),
  };

  // A condition tree as a list of alternatives, each a list of rules that must all hold.
  const product = (left, right) => left.flatMap((rules) => right.map((more) => rules.concat(more)));
  const alternatives = (condition, ignored) => {
    let result = [[]];
    for (const [name, value] of Object.entries(condition)) {
      if (name === "and") {
        for (const part of value) result = product(result, alternatives(part, ignored));
      } else if (name === "or") {
        const branches = value.flatMap((part) => alternatives(part, ignored)).filter((rules) => rules.length > 0);
        if (branches.length > 0) result = product(result, branches);
      } else if (ignored.indexOf(name) < 0) {
        const rules = Object.entries(value).map(([operator, operand]) => [
          { fieldName: name, operator, value: operand },
        ]);
        if (rules.length > 0) result = product(result, rules);
      }
    }
    return result;
  };
  const toSubscriptionFilter = (condition, ignored, rules) => {
    const parsed = typeof condition === "string" ? parse(condition) : condition;
    let groups = alternatives(parsed ?? {}, ignored ?? []);
    const strict = Object.entries(rules ?? {}).flatMap(([fieldName, operators]) =>
      Object.entries(operators).map(([operator, value]) => [{ fieldName, operator, value }]),
    );
    if (strict.length > 0) groups = product(groups, strict);
    return { filterGroup: groups.filter((filters) => filters.length > 0).map((filters) => ({ filters })) };
  };

  const util = {
    urlEncode: (text) => replace(replace(bytesOf(text), /%20/g, "+"), /[!'()~]/g, escapeByte),
    urlDecode: (text) => textOf(replace(`${text}`, /\+/g, " ")),
    base64Encode,
    base64Decode,
    autoId: () => {
      const hex = digits(HEX, 30);
      const variant = "89ab"[floor(random() * 4)];
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(12, 15)}-${variant}${hex.slice(15, 18)}-${hex.slice(18)}`;
    },
    autoUlid: () => numeral(Clock.now(), CROCKFORD, 10) + digits(CROCKFORD, 16),
    autoKsuid: () => numeral(floor(Clock.now() / 1000) - 1400000000, BASE62, 6) + digits(BASE62, 21),
    error: (message, type, data, errorInfo) => {
      throw new Stop({ error: fault(message, type, data, errorInfo) });
    },
    appendError: (message, type, data, errorInfo) => {
      state.errors.push(fault(message, type, data, errorInfo));
    },
    unauthorized: () => {
      throw new Stop({ unauthorized: true });
    },
    // AWS calls it a match of Java's Pattern and shows `util.matches("a*b", "aaaaab")`: whether a part of the text is
    // enough stands nowhere. So the two readings must agree, as they do where the pattern has ^ and $.
    matches: (pattern, text) => {
      const whole = new Pattern(`^(?:${pattern})$`).test(text);
      if (whole !== new Pattern(pattern).test(text)) {
        throw new Fault(`util.matches: AWS does not say whether ${pattern} must match the whole text; write ^ and $`);
      }
      return whole;
    },
    authType: () => state.authType,
    escapeJavaScript: (text) => replace(replace(stringify(`${text}`).slice(1, -1), /'/g, "\\'"), /\//g, "\\/"),
    time,
    transform: { toSubscriptionFilter },
  };
  const escapeByte = (letter) => `%${codeUnit(letter, 0).toString(16).toUpperCase()}`;

  const extensions = {
    setSubscriptionFilter: (filter) => {
      state.extensions.filter = filter ?? null;
    },
    setSubscriptionInvalidationFilter: (filter) => {
      state.extensions.invalidationFilter = filter ?? null;
    },
    invalidateSubscriptions: (invalidation) => {
      state.extensions.invalidations.push(invalidation);
    },
  };
  const runtime = {
    earlyReturn: (value, options) => {
      throw new Stop({ early: { value: value ?? null, skipTo: options?.skipTo ?? "NEXT" } });
    },
  };
  const console = {
    log: (...values) => {
      state.logs.push(["INFO", values.map(shown).join(" ")]);
    },
    error: (...values) => {
      state.logs.push(["ERROR", values.map(shown).join(" ")]);
    },
  };
  const shown = (value) => (typeof value === "string" ? value : stringify(value));

  const freeze = (object) => {
    Object.values(object).forEach((member) => typeof member === "object" && freeze(member));
    return frozen(object);
  };
  const module = freeze({ util, extensions, runtime });

  // ---- one call ------------------------------------------------------------------------------------------------
  const tick = () => {
    state.loops += 1;
    if (state.loops > LOOP_LIMIT) throw new Fault(`more than ${LOOP_LIMIT} loop iterations`);
  };

  const hide = (object, name) => define(object, name, { enumerable: false });
  const contextOf = (json) => {
    const context = parse(json);
    context.args = context.arguments;
    // Documented: the stash cannot be replaced, and JSON.stringify(ctx.info) leaves the selection set out.
    define(context, "stash", { writable: false, configurable: false });
    hide(context.info, "selectionSetList");
    hide(context.info, "selectionSetGraphQL");
    return context;
  };

  const begin = (authType) => {
    state = {
      authType,
      loops: 0,
      errors: [],
      logs: [],
      extensions: { filter: null, invalidationFilter: null, invalidations: [] },
    };
    return state;
  };
  // What `util.error` and its like end an evaluation with; undefined for any other error.
  const stopped = (error) => (error instanceof Stop ? error.outcome : undefined);

  const compiled = {};
  const restrict = (owner, names, kept) => {
    names.filter((name) => kept.indexOf(name) < 0).forEach((name) => remove(owner, name));
  };

  return {
    module,
    begin,
    stopped,
    compile: (id, source) => {
      compiled[id] = evaluate(source)(module, tick, console);
    },
    forget: (id) => {
      delete compiled[id];
    },
    call: (id, handler, contextJson, authType) => {
      begin(authType);
      const context = contextOf(contextJson);
      const outcome = {};
      try {
        outcome.value = compiled[id][handler](context) ?? null;
      } catch (error) {
        Object.assign(outcome, stopped(error) ?? { crash: `${error}` });
      }
      const { errors, logs, extensions: said } = state;
      return stringify({ ...outcome, stash: context.stash, errors, logs, extensions: said });
    },
    // Takes away whatever ECMAScript has and APPSYNC_JS does not document. Last, because the code above needs it.
    seal: (vocabulary) => {
      const { stringMethods, arrayMethods, globals, statics } = parse(vocabulary);
      const kept = ["constructor", "length", "toString", "valueOf"];
      replacePatterns();
      restrict(String.prototype, namesOf(String.prototype), stringMethods.concat(kept));
      restrict(Array.prototype, namesOf(Array.prototype), arrayMethods.concat(kept));
      restrict(Number.prototype, namesOf(Number.prototype), kept);
      restrict(Function.prototype, ["apply", "bind", "call", "constructor"], []);
      for (const [name, members] of Object.entries(statics)) {
        const owner = globalThis[name];
        if (owner !== undefined) restrict(owner, namesOf(owner), members.concat(["prototype", "length", "name"]));
      }
      JSON.parse = (text) => {
        try {
          return parse(text);
        } catch {
          return "";
        }
      };
      const global = globalThis;
      namesOf(global).forEach((name) => globals.indexOf(name) < 0 && remove(global, name));
    },
  };

  // Java patterns in strings stand where ECMAScript would take a regular expression.
  function replacePatterns() {
    String.prototype.replace = function (pattern, by) {
      return replace(this, new Pattern(pattern), by);
    };
    String.prototype.replaceAll = function (pattern, by) {
      return replace(this, new Pattern(pattern, "g"), by);
    };
  }
})();
