//! What an event requires is given by name: what is missing, wrong or without a name is an error at that line of the producer.

#[derive(Clone, Debug, PartialEq)]
pub struct Transfer {
    pub payer: String,
    pub payee: String,
    pub reference: Option<String>,
}
schemactl_runtime::object!(Transfer, NewTransfer; payer: String, payee: String, reference);

pub fn as_meant([payer, payee]: [String; 2]) -> Transfer {
    Transfer { reference: None, ..NewTransfer { payer, payee }.into() }
}

pub fn without_a_required_field(payer: String) -> Transfer {
    Transfer::new(
        NewTransfer { payer }, //~ E0063
    )
}

pub fn with_an_unknown_field([payer, payer_id, payee]: [String; 3]) -> Transfer {
    Transfer::new(NewTransfer {
        payer,
        payee,
        payer_id, //~ E0560
    })
}

pub fn by_position([payer, payee]: [String; 2]) -> Transfer {
    Transfer::new(payer, payee) //~ E0061
}

pub fn with_every_field_of_an_older_minor([payer, payee]: [String; 2]) -> Transfer {
    Transfer { payer, payee } //~ E0063
}
