//! The commands. Each migrates the database first, and works on it while the server runs.

mod api_keys;
mod audit;
mod backup;
mod connections;
mod issuers;
mod keyring;
mod link;
mod settings;
mod transfer;
mod webhooks;

use std::sync::Arc;

use serde_json::json;

use crate::{
    access::Staff,
    config::{
        Cli, Command, IntegrationCommand, KeyCommand, OperatorCommand, OriginCommand,
        ProjectCommand, Shared, TokenCommand, read_secret_file,
    },
    domain::id::ProjectId,
    http::error::public,
    runtime::{self, Addresses, Purpose},
    use_cases::{
        Error, Services, connect::open::redirect_uri, integrations, keys, operators, origins,
        projects,
    },
};

type Outcome = Result<(), String>;

/// Runs a command; the error is one sentence for standard error.
pub async fn run(cli: Cli) -> Outcome {
    let shared = &cli.shared;
    match cli.command {
        Command::Serve(args) => runtime::serve(shared, &args).await,
        Command::Project(ProjectCommand::Create { name, json }) => {
            create_project(shared, &name, json).await
        }
        Command::Key(KeyCommand::Create { project, json }) => {
            create_key(shared, &project, json).await
        }
        Command::ApiKey(command) => api_keys::run(shared, command).await,
        Command::Webhook(command) => webhooks::run(shared, command).await,
        Command::Keyring(command) => keyring::run(shared, command).await,
        Command::Backup(args) => backup::create(shared, &args).await,
        Command::Restore(args) => backup::restore(shared, &args).await,
        Command::Issuer(command) => issuers::run(shared, command).await,
        Command::Token(command) => mint_token(shared, command).await,
        Command::Integration(command) => set_integration(shared, command).await,
        Command::Origin(OriginCommand::Add { project, origin }) => {
            let services = open(shared).await?;
            let right = Staff::console()
                .editor()
                .map_err(|error| error.to_string())?;
            origins::add(&services, right, project_id(&project)?, &origin)
                .await
                .map_err(say)?;
            println!("{origin} may embed the portal.");
            Ok(())
        }
        Command::Link(command) => link::run(shared, command).await,
        Command::Operator(command) => create_operator(shared, command).await,
        Command::Audit(command) => audit::run(shared, command).await,
        Command::Connection(command) => connections::run(shared, command).await,
    }
}

async fn open(shared: &Shared) -> Result<Arc<Services>, String> {
    runtime::services(shared, &Addresses::of_command(shared)?, Purpose::Command).await
}

fn say(error: Error) -> String {
    match &error {
        Error::Internal(_) | Error::Unreadable { .. } => error.to_string(),
        _ => {
            let told = public(&error);
            match told.field {
                Some(field) => format!("{field}: {}", told.message),
                None => told.message,
            }
        }
    }
}

fn project_id(text: &str) -> Result<ProjectId, String> {
    text.parse()
        .map_err(|_| format!("{text} is not a project id; `patchbay project create` prints three"))
}

async fn create_project(shared: &Shared, name: &str, as_json: bool) -> Outcome {
    let services = open(shared).await?;
    let right = Staff::console()
        .editor()
        .map_err(|error| error.to_string())?;
    let row = projects::create(&services, right, name)
        .await
        .map_err(say)?;
    if as_json {
        let environments: Vec<_> = row
            .environments
            .iter()
            .map(|row| json!({ "environment": row.environment, "projectId": row.project_id }))
            .collect();
        println!("{}", json!({ "environments": environments }));
    } else {
        for environment in row.environments {
            println!(
                "{:<12} {}",
                environment.environment.as_str(),
                environment.project_id
            );
        }
    }
    Ok(())
}

async fn create_key(shared: &Shared, project: &str, as_json: bool) -> Outcome {
    let services = open(shared).await?;
    let right = Staff::console()
        .administrator()
        .map_err(|error| error.to_string())?;
    let key = keys::create(&services, right, project_id(project)?)
        .await
        .map_err(say)?;
    let pem = key.private_key_pem.expose();
    if as_json {
        println!(
            "{}",
            json!({ "keyId": key.id.to_string(), "privateKeyPem": pem })
        );
    } else {
        println!(
            "Key {}. Its private half is shown once and stored nowhere:\n{pem}",
            key.id
        );
    }
    Ok(())
}

async fn mint_token(
    shared: &Shared,
    TokenCommand::Mint {
        project,
        user,
        key_file,
        ttl,
    }: TokenCommand,
) -> Outcome {
    let services = open(shared).await?;
    let key = read_secret_file(&key_file)?;
    let token =
        keys::mint(&services, project_id(&project)?, None, &key, &user, ttl).map_err(say)?;
    println!("{}", token.expose());
    Ok(())
}

async fn set_integration(shared: &Shared, command: IntegrationCommand) -> Outcome {
    let IntegrationCommand::Set {
        project,
        integration_type,
        client_id,
        client_secret_file,
        scopes,
        active,
        browser_token,
        redirect_urls,
        settings,
        json: as_json,
    } = command;
    let client_secret = client_secret_file
        .as_deref()
        .map(read_secret_file)
        .transpose()?;
    let services = open(shared).await?;
    let right = Staff::console()
        .editor()
        .map_err(|error| error.to_string())?;
    let change = integrations::Change {
        client_id,
        client_secret,
        scopes: scopes.as_deref().map(app::validate::scopes),
        active,
        browser_token,
        redirect_urls: redirect_urls
            .map(|urls| urls.into_iter().filter(|url| !url.is_empty()).collect()),
        settings: settings.as_deref().map(settings::read).transpose()?,
    };
    let integration = integrations::set(
        &services,
        right,
        project_id(&project)?,
        &integration_type,
        change,
    )
    .await
    .map_err(say)?;
    let id = integration.id;
    let redirect_uri = redirect_uri(&services, id);
    if as_json {
        println!(
            "{}",
            json!({ "integrationId": id.to_string(), "redirectUri": redirect_uri })
        );
    } else {
        println!(
            "{} {id}\nRedirect URI: {redirect_uri}",
            integration.integration_type
        );
    }
    Ok(())
}

async fn create_operator(shared: &Shared, command: OperatorCommand) -> Outcome {
    let OperatorCommand::Create {
        email,
        password_file,
        role,
    } = command;
    let password = read_secret_file(&password_file)?;
    let services = open(shared).await?;
    let right = Staff::console()
        .administrator()
        .map_err(|error| error.to_string())?;
    operators::create(&services, right, &email, password, role.into())
        .await
        .map_err(say)?;
    println!("{email} can sign in at {}", services.url("/sign-in"));
    Ok(())
}
