//! Domains.

use unkey_tools::domains::{
    CreateDomain, CreatedDomain, DeleteDomain, DnsRecord, Domain, DomainStatus, GetDomain,
    ListDomains, VerifyDomain,
};
use unkey_tools::{Data, Empty, Page};

use crate::summary::Summarise;
use crate::summary::page::say_page;
use crate::summary::sentences::{Sentences, count, id};

impl Summarise for CreateDomain {
    fn summarise(&self, answer: &Data<CreatedDomain>, said: &mut Sentences) {
        let records = count(answer.data.dns_records.len(), "record");
        said.say(format!("Created {}.", id(&answer.data.domain_id)));
        said.say(format!(
            "It serves once {records} of dnsRecords are set at the DNS provider, exactly so, and \
             domains_verify_domain has found them."
        ));
    }
}

impl Summarise for DeleteDomain {
    fn summarise(&self, _: &Data<Empty>, said: &mut Sentences) {
        said.say("Deleted the domain: what is sent to it reaches the app no longer.");
    }
}

impl Summarise for GetDomain {
    fn summarise(&self, answer: &Data<Domain>, said: &mut Sentences) {
        let domain = &answer.data;
        let name = id(&domain.id);
        said.say(match domain.status {
            DomainStatus::Verified => format!("{name} is verified."),
            DomainStatus::Pending | DomainStatus::Verifying => {
                format!("{name} is not verified yet.")
            }
            DomainStatus::Failed => {
                format!(
                    "{name} failed to be verified: set its records, then domains_verify_domain."
                )
            }
        });
        say_missing(said, &domain.dns_records);
    }
}

impl Summarise for ListDomains {
    fn summarise(&self, answer: &Page<Domain>, said: &mut Sentences) {
        say_page(said, answer, "domain", self.cursor.as_ref());
        let verified = answer.data.iter();
        let verified = verified
            .filter(|domain| domain.status == DomainStatus::Verified)
            .count();
        if !answer.data.is_empty() {
            said.say(format!("Verified: {verified}."));
        }
    }
}

impl Summarise for VerifyDomain {
    fn summarise(&self, _: &Data<Empty>, said: &mut Sentences) {
        said.say("The domain is being looked at: domains_get_domain says what came of it.");
    }
}

fn say_missing(said: &mut Sentences, records: &[DnsRecord]) {
    let missing = records.iter().filter(|record| !record.verified).count();
    if missing > 0 {
        said.say(format!(
            "Not seen at the DNS provider: {missing} of {}.",
            count(records.len(), "record")
        ));
    }
}
