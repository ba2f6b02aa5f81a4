var app = WebApplication.CreateBuilder(args).Build();
app.MapGet("/healthz/live", () => Results.Json(new { status = "ok" }));
await app.RunAsync();
