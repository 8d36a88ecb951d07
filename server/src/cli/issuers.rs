//! `patchbay issuer`.

use serde_json::{Value, json};

use super::{Outcome, open, project_id, say};
use crate::{
    access::Staff,
    config::{IssuerCommand, Shared},
    use_cases::issuers::{self, IdentityProvider},
};

pub async fn run(shared: &Shared, command: IssuerCommand) -> Outcome {
    match command {
        IssuerCommand::Add {
            project,
            issuer,
            audience,
            jwks_url,
            user_claim,
            json,
        } => {
            let new = IdentityProvider {
                issuer,
                jwks_url,
                audience,
                user_claim,
            };
            add(shared, &project, new, json).await
        }
        IssuerCommand::List { project, json } => list(shared, &project, json).await,
        IssuerCommand::Remove {
            project,
            issuer,
            json,
        } => remove(shared, &project, &issuer, json).await,
    }
}

async fn add(shared: &Shared, project: &str, new: IdentityProvider, as_json: bool) -> Outcome {
    let services = open(shared).await?;
    let right = Staff::console()
        .administrator()
        .map_err(|error| error.to_string())?;
    let added = issuers::add(&services, right, project_id(project)?, new)
        .await
        .map_err(say)?;
    if as_json {
        println!("{}", row(&added));
    } else {
        println!("Tokens of {} are taken.", added.issuer);
    }
    Ok(())
}

async fn list(shared: &Shared, project: &str, as_json: bool) -> Outcome {
    let services = open(shared).await?;
    let reader = Staff::console().reader();
    let found = issuers::list(&services, reader, project_id(project)?)
        .await
        .map_err(say)?;
    if as_json {
        let rows: Vec<_> = found.iter().map(row).collect();
        println!("{}", json!({ "issuers": rows }));
    } else {
        for provider in found {
            println!(
                "{}  audience {}  user id {}",
                provider.issuer, provider.audience, provider.user_claim
            );
        }
    }
    Ok(())
}

async fn remove(shared: &Shared, project: &str, issuer: &str, as_json: bool) -> Outcome {
    let services = open(shared).await?;
    let right = Staff::console()
        .administrator()
        .map_err(|error| error.to_string())?;
    issuers::remove(&services, right, project_id(project)?, issuer)
        .await
        .map_err(say)?;
    if as_json {
        println!("{}", json!({ "removed": issuer }));
    } else {
        println!("Tokens of {issuer} are no longer taken.");
    }
    Ok(())
}

fn row(provider: &IdentityProvider) -> Value {
    json!({
        "issuer": provider.issuer,
        "audience": provider.audience,
        "jwksUrl": provider.jwks_url,
        "userClaim": provider.user_claim,
    })
}
