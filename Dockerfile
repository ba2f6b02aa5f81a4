# syntax=docker/dockerfile:1

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source

# Restore on its own layer: it is done again only when a project, a version or a lock file changes.
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt ./
COPY src/Mediation.Domain/Mediation.Domain.csproj src/Mediation.Domain/packages.lock.json src/Mediation.Domain/
COPY src/Mediation.Service/Mediation.Service.csproj src/Mediation.Service/packages.lock.json src/Mediation.Service/
RUN dotnet restore src/Mediation.Service --locked-mode

COPY . .
RUN dotnet publish src/Mediation.Service --configuration Release --no-restore --output /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app .
# The key file lives here: it must outlast the container.
RUN mkdir /data && chown "$APP_UID" /data
VOLUME /data
# The base image sets ASPNETCORE_HTTP_PORTS, which would compete with the address.
ENV MEDIATION_DATA=/data ASPNETCORE_HTTP_PORTS= ASPNETCORE_URLS=http://+:8080
EXPOSE 8080
USER $APP_UID
ENTRYPOINT ["dotnet", "Mediation.Service.dll"]
