// What changed between two JSON Schemas of OpenAPI 3.1, seen from the side of a client that was written for the older one.
// Must not know of paths and operations; that is openapi.mjs.

/** A client sends it: what was taken before must be taken still. */
export const REQUEST = 'in requests';
/** A client reads it: what was told before must be told still, and nothing that it cannot expect. */
export const ANSWER = 'in answers';

const ANNOTATIONS = new Set(['$comment', 'default', 'deprecated', 'description', 'example', 'examples', 'externalDocs', 'readOnly', 'title', 'writeOnly', 'xml']);
const HANDLED = new Set([
  '$ref', 'additionalProperties', 'allOf', 'anyOf', 'const', 'enum', 'exclusiveMaximum', 'exclusiveMinimum', 'format', 'items', 'maxItems', 'maxLength',
  'maxProperties', 'maximum', 'minItems', 'minLength', 'minProperties', 'minimum', 'oneOf', 'pattern', 'properties', 'required', 'type', 'uniqueItems',
]);
const UPPER = ['exclusiveMaximum', 'maxItems', 'maxLength', 'maxProperties', 'maximum'];
const LOWER = ['exclusiveMinimum', 'minItems', 'minLength', 'minProperties', 'minimum'];
const ANY = 'anything';

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const listed = (values) => values.map((value) => JSON.stringify(value)).join(', ');

/** That something was taken away, with what it said of that before: null where nothing was said, as of what cannot be marked. */
export const gone = (thing) => ({ reasons: [thing?.deprecated === true ? (thing.description ?? '') : null] });

/** Compares schemas of two documents and tells what changed by `told(severity, text, gone)`. Named schemas are compared once each way. */
export class Comparison {
  constructor(older, newer, told) {
    this.older = older;
    this.newer = newer;
    this.told = told;
    this.met = new Set();
  }

  static named(document, schema) {
    const name = schema?.$ref?.match(/^#\/components\/schemas\/(.+)$/)?.[1];
    return name === undefined ? null : { name, schema: document.components.schemas[name] };
  }

  /** The schema without references and with the parts of `allOf` put together. */
  static flat(document, schema, depth = 0) {
    if (typeof schema === 'boolean' || schema === undefined) return schema === false ? { not: {} } : {};
    if (depth > 50) throw new Error(`a schema refers to itself without end: ${JSON.stringify(schema).slice(0, 200)}`);
    const named = Comparison.named(document, schema);
    const { $ref, allOf = [], ...own } = schema;
    if ($ref !== undefined && named?.schema === undefined) throw new Error(`${$ref} is not there`);
    const parts = [...(named ? [named.schema] : []), ...allOf].map((part) => Comparison.flat(document, part, depth + 1));
    return [...parts, own].reduce((sum, part) => ({
      ...sum,
      ...part,
      properties: { ...sum.properties, ...part.properties },
      required: [...new Set([...(sum.required ?? []), ...(part.required ?? [])])],
    }), {});
  }

  /** The forms that a value may have: null apart, since utoipa writes “or null” as a form of its own. */
  static forms(schema) {
    const forms = schema.oneOf ?? schema.anyOf ?? [];
    return { isNullable: forms.some((form) => form.type === 'null'), forms: forms.filter((form) => form.type !== 'null') };
  }

  compare(older, newer, way, where) {
    const [a, b] = [Comparison.named(this.older, older), Comparison.named(this.newer, newer)];
    if (a && b) {
      const key = `${a.name} ${b.name} ${way}`;
      if (this.met.has(key)) return;
      this.met.add(key);
      if (a.name === b.name) where = `schema ${a.name} ${way}`;
    }
    this.flat(Comparison.flat(this.older, older), Comparison.flat(this.newer, newer), way, where);
  }

  flat(older, newer, way, where) {
    const [a, b] = [Comparison.forms(older), Comparison.forms(newer)];
    if (a.forms.length === 1 && b.forms.length === 1) {
      this.types(older, newer, way, where);
      this.compare(a.forms[0], b.forms[0], way, where);
    } else if (a.forms.length > 0 || b.forms.length > 0) {
      this.union(older, newer, way, where);
    } else {
      this.types(older, newer, way, where);
    }
    this.values(older, newer, way, where);
    this.bounds(older, newer, way, where);
    this.properties(older, newer, way, where);
    this.items(older, newer, way, where);
    this.others(older, newer, where);
  }

  static types(schema) {
    const { isNullable, forms } = Comparison.forms(schema);
    const own = [schema.type ?? (schema.enum ?? (Object.hasOwn(schema, 'const') ? [schema.const] : null))?.map(Comparison.typeOf) ?? []].flat();
    if (forms.length > 0) return new Set([ANY, ...(isNullable ? ['null'] : [])]);
    return new Set(own.length > 0 ? own : Object.keys(schema.properties ?? {}).length > 0 ? ['object'] : [ANY, 'null']);
  }

  static typeOf(value) {
    if (value === null) return 'null';
    if (Array.isArray(value)) return 'array';
    return Number.isInteger(value) ? 'integer' : typeof value;
  }

  types(older, newer, way, where) {
    const [a, b] = [Comparison.types(older), Comparison.types(newer)];
    const lacking = (from, among) => [...from].filter((type) => {
      if (among.has(type) || (type === 'integer' && among.has('number'))) return false;
      return type === 'null' || !among.has(ANY);
    });
    const [gone, added] = [lacking(a, b), lacking(b, a)];
    if (way === REQUEST && gone.length > 0) this.told('breaking', `${where}: ${gone.join(', ')} is not taken any more`);
    if (way === ANSWER && added.length > 0) this.told('breaking', `${where}: can be ${added.join(', ')} now`);
  }

  union(older, newer, way, where) {
    const keyed = (document, schema) => {
      const { forms } = Comparison.forms(schema);
      const list = forms.length > 0 ? forms : [schema];
      return new Map(list.map((form, i) => [Comparison.named(document, form)?.name ?? form.title ?? `form ${i + 1}`, form]));
    };
    this.types(older, newer, way, where);
    const [a, b] = [keyed(this.older, older), keyed(this.newer, newer)];
    for (const [key, form] of a) {
      if (b.has(key)) this.compare(form, b.get(key), way, `${where} (${key})`);
      else if (way === REQUEST) this.told('breaking', `${where}: ${key} is not taken any more`);
    }
    for (const key of b.keys()) {
      if (way === ANSWER && !a.has(key)) this.told('dangerous', `${where}: can be ${key} now`);
    }
  }

  values(older, newer, way, where) {
    const known = (schema) => schema.enum ?? (Object.hasOwn(schema, 'const') ? [schema.const] : null);
    const [a, b] = [known(older), known(newer)];
    const without = (these, those) => these.filter((value) => !those.some((other) => same(value, other)));
    if (way === REQUEST && b !== null) {
      if (a === null) this.told('breaking', `${where}: is only one of ${listed(b)} now`);
      else if (without(a, b).length > 0) this.told('breaking', `${where}: ${listed(without(a, b))} is not taken any more`);
    }
    if (way === ANSWER && a !== null) {
      if (b === null) this.told('dangerous', `${where}: can be more than ${listed(a)} now`);
      else if (without(b, a).length > 0) this.told('dangerous', `${where}: can be ${listed(without(b, a))} now`);
    }
  }

  bounds(older, newer, way, where) {
    if (older.format !== newer.format && (way === REQUEST ? newer.format !== undefined : older.format !== undefined)) {
      this.told('breaking', `${where}: format ${older.format ?? 'free'} became ${newer.format ?? 'free'}`);
    }
    if (way !== REQUEST) return;
    for (const name of UPPER) {
      if (newer[name] !== undefined && !(older[name] <= newer[name])) this.told('breaking', `${where}: ${name} ${older[name] ?? 'none'} became ${newer[name]}`);
    }
    for (const name of LOWER) {
      // A lower bound of nothing is none.
      if ((newer[name] ?? 0) !== 0 && !(older[name] >= newer[name])) this.told('breaking', `${where}: ${name} ${older[name] ?? 'none'} became ${newer[name]}`);
      if (name.endsWith('nimum') && newer[name] === 0 && !(older[name] >= 0)) this.told('breaking', `${where}: ${name} ${older[name] ?? 'none'} became 0`);
    }
    if (newer.pattern !== undefined && newer.pattern !== older.pattern) this.told('breaking', `${where}: the pattern changed`);
    if (newer.uniqueItems === true && older.uniqueItems !== true) this.told('breaking', `${where}: items must be unique now`);
    if (!same(older.default, newer.default)) this.told('dangerous', `${where}: the default ${JSON.stringify(older.default)} became ${JSON.stringify(newer.default)}`);
  }

  properties(older, newer, way, where) {
    const [a, b] = [older.properties ?? {}, newer.properties ?? {}];
    const [mustBefore, mustNow] = [older.required ?? [], newer.required ?? []];
    for (const [name, schema] of Object.entries(a)) {
      if (!Object.hasOwn(b, name)) this.told('breaking', `${where}/${name}: was removed`, gone(Comparison.flat(this.older, schema)));
      else this.compare(schema, b[name], way, `${where}/${name}`);
    }
    for (const name of way === REQUEST ? mustNow : mustBefore) {
      if (way === REQUEST && !mustBefore.includes(name)) this.told('breaking', `${where}/${name}: must be given now`);
      if (way === ANSWER && Object.hasOwn(b, name) && !mustNow.includes(name)) this.told('breaking', `${where}/${name}: can be left out now`);
    }
    this.otherMembers(older.additionalProperties, newer.additionalProperties, way, where);
  }

  items(older, newer, way, where) {
    if (older.items !== undefined && newer.items !== undefined) this.compare(older.items, newer.items, way, `${where}/*`);
    else if (way === REQUEST && newer.items !== undefined) this.told('breaking', `${where}: its items are restricted now`);
    // What is no list any more is told as such.
    else if (way === ANSWER && older.items !== undefined && [ANY, 'array'].some((type) => Comparison.types(newer).has(type))) {
      this.told('breaking', `${where}: its items can be anything now`);
    }
  }

  /** Members without a name of their own, as those of a map. Where nothing is said of them there may be any. */
  otherMembers(before, now, way, where) {
    if (typeof before === 'object' && typeof now === 'object') {
      this.compare(before, now, way, `${where}/{name}`);
    } else if (way === REQUEST) {
      if ((before ?? true) !== false && (now ?? true) !== true) this.told('breaking', `${where}: other members are restricted now`);
    } else if (typeof before === 'object' && now !== false) {
      this.told('breaking', `${where}: other members can be anything now`);
    } else if ((typeof before === 'object' || before === true) && now === false) {
      this.told('breaking', `${where}: other members were removed`, gone());
    }
  }

  /** What is compared by no rule is judged by somebody. */
  others(older, newer, where) {
    const names = new Set([...Object.keys(older), ...Object.keys(newer)]);
    for (const name of names) {
      if (ANNOTATIONS.has(name) || HANDLED.has(name) || name.startsWith('x-')) continue;
      if (!same(older[name], newer[name])) this.told('breaking', `${where}: ${name} changed`);
    }
  }
}
