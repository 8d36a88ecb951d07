//! German, with the formal "Sie".

use super::Small;

pub const SMALL: Small = Small {
    connecting: "Verbindung wird hergestellt",
    connecting_to: "{provider} wird verbunden",
    going: "Sie werden zum Anbieter weitergeleitet.",
    going_or_close: "Sie werden zum Anbieter weitergeleitet. Wenn nichts geschieht, schließen Sie dieses Fenster und versuchen Sie es in der App erneut.",
    no_opener: "Dieses Fenster wurde nicht von der App geöffnet. Schließen Sie es und beginnen Sie in der App von vorn.",
    no_script: "Dieses Fenster braucht JavaScript. Erlauben Sie es in Ihrem Browser und beginnen Sie in der App von vorn.",
    opener_refused: "Die Seite, die dieses Fenster geöffnet hat, gehört nicht zu den erlaubten Ursprüngen des Projekts. Schließen Sie es und wenden Sie sich an den Anbieter der App.",

    confirm_title: "Ihr {provider}-Konto verbinden?",
    confirm_text: "{app} kann es dann für {user} verwenden.",
    confirm_own: "Fahren Sie nur fort, wenn Sie das sind und in {app} selbst damit begonnen haben. Hat Sie jemand hierher geschickt, schließen Sie dieses Fenster.",
    cancel: "Abbrechen",
    go_on: "Weiter",
    left: "Es wurde nichts verbunden. Sie können dieses Fenster schließen.",

    paste_title: "Öffnen Sie Ihren Link",
    paste_text: "Ihr Browser führt hier kein JavaScript aus und kann das Ende des Links deshalb nicht selbst lesen. Fügen Sie den ganzen Link noch einmal ein, so wie Sie ihn bekommen haben.",
    paste_label: "Ihr Link",
    paste_wrong: "Das ist nicht der Link, der zu dieser Seite gehört. Fügen Sie ihn ganz ein, mit dem Teil nach #.",

    show_choices: "Auswahl anzeigen",
    choices_wait: "Was hier zur Auswahl steht, hängt von der Auswahl davor ab. Treffen Sie diese zuerst.",
    choices_cut: "Die Liste ist länger; dies ist ihr Anfang.",
    choices_away: "{provider} konnte nicht gefragt werden, was zur Auswahl steht. Versuchen Sie es in Kürze erneut.",
    choices_of_app: "Diese Liste hat {app}. Öffnen Sie die Einstellungen in {app}, um daraus auszuwählen.",

    connected_title: "{provider} ist verbunden",
    connected_text: "Sie können dieses Fenster schließen und zur App zurückkehren.",
    not_connected: "Nicht verbunden",
    close_window: "Sie können dieses Fenster schließen.",
    close_and_start: "Schließen Sie dieses Fenster und beginnen Sie in der App von vorn.",
    back_to_app: "Zurück zur App",

    not_ours: "Dieser Link stammt nicht von uns oder wurde unterwegs verändert. Beginnen Sie in der App von vorn.",
    used: "Dieser Link wurde bereits verwendet. Beginnen Sie in der App von vorn.",
    over: "Dieser Versuch ist beendet oder wurde bereits geöffnet. Beginnen Sie in der App von vorn.",
    too_late: "Es sind mehr als zehn Minuten vergangen. Beginnen Sie in der App von vorn.",
    other_browser: "Diese Anmeldung wurde in einem anderen Browser begonnen. Beginnen Sie in diesem Browser in der App von vorn.",
    wrong_issuer: "Die Antwort kam nicht von {provider}. Beginnen Sie in der App von vorn.",
    denied: "Der Zugriff wurde auf der Seite von {provider} nicht gewährt. Beginnen Sie in der App von vorn und erlauben Sie dort den Zugriff.",
    refused: "Antwort von {provider}: {reason}. Beginnen Sie in der App von vorn; wenn das nicht hilft, wenden Sie sich an den Anbieter der App.",
    no_answer: "{provider} hat Sie ohne Antwort zurückgeschickt. Beginnen Sie in der App von vorn.",
    not_ready: "{provider} kann zurzeit nicht verbunden werden. Wenden Sie sich an den Anbieter der App.",
    provider_down: "{provider} hat nicht geantwortet. Beginnen Sie in Kürze in der App von vorn.",
    egress: "Die Adresse von {provider} darf von diesem Server nicht aufgerufen werden. Wenden Sie sich an den Anbieter der App.",
    unknown: "Hier gibt es nichts zu verbinden. Wenden Sie sich an den Anbieter der App.",
    not_permitted: "Sie dürfen das nicht verbinden. Wenden Sie sich an den Anbieter der App.",
    signed_out: "Sie sind nicht mehr bei der App angemeldet. Schließen Sie dieses Fenster, laden Sie die App neu und beginnen Sie von vorn.",
    app_at_fault: "Die App hat dieses Fenster auf eine Weise geöffnet, die nicht funktioniert. Teilen Sie dem Anbieter der App mit: {reason}",
    too_many: "Das war zu oft. Warten Sie eine Minute und beginnen Sie in der App von vorn.",
    away: "Es wurde nichts gespeichert, weil die Datenbank nicht antwortet. Beginnen Sie in Kürze in der App von vorn.",
    unreachable: "Es gab keine Verbindung. Prüfen Sie Ihr Netzwerk, schließen Sie dieses Fenster und beginnen Sie in der App von vorn.",
    fault: "Bei uns ist etwas schiefgelaufen. Beginnen Sie in Kürze in der App von vorn.",
};
