// A client as somebody else would write one. It compiles with the types made from the API's document, or the document is wrong.
import type { components, paths } from "./api";

type Method = "get" | "post" | "put" | "delete";
type With<M extends Method> = { [P in keyof paths]: paths[P][M] extends object ? P : never }[keyof paths];
type Operation<P extends keyof paths, M extends Method> = NonNullable<paths[P][M]>;
type Body<O> = O extends { requestBody: { content: infer C } } ? { body: C[keyof C] } : O extends { requestBody?: { content: infer C } } ? { body?: C[keyof C] } : unknown;
type Asked<O> = O extends { parameters: infer A } ? Omit<A, "cookie"> & Body<O> : never;
type Good<R> = { [S in keyof R & (200 | 201)]: R[S] extends { content: { "application/json": infer B } } ? B : never }[keyof R & (200 | 201)];
type Answer<O> = O extends { responses: infer R } ? Good<R> : never;
type Problem = components["schemas"]["Problem"];
type Parts = { path?: Record<string, unknown>; query?: Record<string, unknown>; header?: Record<string, string>; body?: unknown };

class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(`${problem.status} ${problem.code}: ${problem.detail} (${problem.traceId})`);
  }

  get fields(): string[] {
    return Object.entries(this.problem.errors ?? {}).map(([field, messages]) => `${field}: ${messages.join(" ")}`);
  }
}

class Client {
  constructor(private readonly address: string, private readonly token: string) {}

  async call<M extends Method, P extends With<M>>(method: M, path: P, asked: Asked<Operation<P, M>>): Promise<Answer<Operation<P, M>>> {
    const { path: inPath, query, header, body } = asked as Parts;
    const url = new URL(path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(inPath?.[name]))), this.address);
    for (const [name, value] of Object.entries(query ?? {})) if (value !== undefined) url.searchParams.set(name, String(value));
    const type = typeof body === "string" ? "text/csv" : "application/json";
    const answer = await fetch(url, {
      method: method.toUpperCase(),
      headers: { Authorization: `Bearer ${this.token}`, ...(body === undefined ? {} : { "Content-Type": type }), ...header },
      body: body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body),
    });
    if (!answer.ok) throw new Refused((await answer.json()) as Problem);
    return (await answer.json()) as Answer<Operation<P, M>>;
  }
}

export async function work(client: Client): Promise<string[]> {
  const said: string[] = [];

  const page = await client.call("get", "/api/v1/cases", { query: { limit: 20, status: "inSession", sort: "due" } });
  for (const row of page.items) said.push(`${row.caseNo} ${row.status} ${new Date(row.openedAt).toISOString()}`);
  const next: string | null = page.next;
  if (next !== null) await client.call("get", "/api/v1/cases", { query: { after: next } });

  const id = page.items[0].id;
  const one = await client.call("get", "/api/v1/cases/{id}", { path: { id } });
  for (const clock of one.clocks) {
    const left: number = new Date(clock.dueAt).getTime() - new Date(clock.startedAt).getTime();
    said.push(`${clock.name} ${clock.dueOn.slice(0, 4)} ${left} ${clock.explanation.map((line) => line.text).join(" ")}`);
  }
  const amount: number = one.amount ?? 0;
  const mediator: string = one.mediator ?? "nobody";
  const version: number = one.version;
  said.push(`${amount.toFixed(2)} ${mediator} ${version + 1}`);

  const timeline = await client.call("get", "/api/v1/cases/{id}/timeline", { path: { id }, query: { limit: 200 } });
  for (const item of timeline.items) said.push(`${item.seq + 1} ${item.kind} ${new Date(item.at).getTime()} ${item.on.length} ${item.summary ?? ""}`);

  const opened = await client.call("post", "/api/v1/cases", {
    header: { "Idempotency-Key": "one" },
    body: {
      channel: "walkIn", category: "02", division: "430104", summary: "Noise at night", amount: 1200.5, occurredOn: "2026-10-21",
      parties: [{ side: "applicant", kind: "person", name: "Somebody" }, { side: "respondent", kind: "person", name: "Somebody else" }],
    },
  });
  const accepted = await client.call("post", "/api/v1/cases/{id}/accept", { path: { id: opened.id }, header: { "If-Match": `"${opened.version}"` }, body: { on: "2026-10-22" } });
  said.push(accepted.acceptedOn ?? "");

  const report = await client.call("get", "/api/v1/reports/monthly/{month}", { path: { month: "2026-10" }, query: { by: "category" } });
  for (const row of report.rows) said.push(`${row.key ?? ""} ${row.name} ${row.daysMedian?.toFixed(1) ?? "none"}`);
  for (const measure of report.measures) said.push(`${measure.name} ${measure.numerator / measure.denominator} ${measure.value?.toFixed(3) ?? "none"}`);

  const batch = await client.call("post", "/api/v1/referrals/batch", { query: { dryRun: true }, body: "案号,案由\n" });
  for (const row of batch.rows) said.push(`${row.row} ${row.result} ${row.errors.map((issue) => `${issue.column}: ${issue.message}`).join(" ")}`);
  said.push(`${batch.created + batch.repeated + batch.rejected} of ${batch.read}`);

  return said;
}

// What the document forbids: each line compiles only while it does.
export async function misuse(client: Client): Promise<void> {
  // @ts-expect-error no such status
  await client.call("get", "/api/v1/cases", { query: { status: "nowhere" } });
  // @ts-expect-error no such path
  await client.call("get", "/api/v1/case", {});
  // @ts-expect-error no id
  await client.call("get", "/api/v1/cases/{id}", {});
  // @ts-expect-error no If-Match
  await client.call("post", "/api/v1/cases/{id}/accept", { path: { id: "1" }, body: {} });
  // @ts-expect-error required members left out
  await client.call("post", "/api/v1/cases", { body: { channel: "walkIn" } });
  const one = await client.call("get", "/api/v1/cases/{id}", { path: { id: "1" } });
  // @ts-expect-error may be absent
  one.mediator.length;
  // @ts-expect-error an instant is text
  one.openedAt.getTime();
}
