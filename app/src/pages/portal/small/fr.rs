//! French, with "vous".

use super::Small;

pub const SMALL: Small = Small {
    connecting: "Connexion en cours",
    connecting_to: "Connexion de {provider}",
    going: "Vous allez être redirigé vers le fournisseur.",
    going_or_close: "Vous allez être redirigé vers le fournisseur. Si rien ne se passe, fermez cette fenêtre et réessayez depuis l’application.",
    no_opener: "Cette fenêtre n’a pas été ouverte par l’application. Fermez-la et recommencez depuis l’application.",
    no_script: "Cette fenêtre a besoin de JavaScript. Autorisez-le dans votre navigateur, puis recommencez depuis l’application.",
    opener_refused: "La page qui a ouvert cette fenêtre ne fait pas partie des origines autorisées du projet. Fermez-la et contactez les responsables de l’application.",

    confirm_title: "Connecter votre compte {provider} ?",
    confirm_text: "{app} pourra l’utiliser pour {user}.",
    confirm_own: "Ne continuez que s’il s’agit de vous et si vous avez commencé vous-même dans {app}. Si quelqu’un vous a envoyé ici, fermez cette fenêtre.",
    cancel: "Annuler",
    go_on: "Continuer",
    left: "Rien n’a été connecté. Vous pouvez fermer cette fenêtre.",

    paste_title: "Ouvrez votre lien",
    paste_text: "Votre navigateur n’exécute pas JavaScript ici et ne peut donc pas lire lui-même la fin du lien. Collez de nouveau le lien entier, tel que vous l’avez reçu.",
    paste_label: "Lien",
    paste_wrong: "Ce n’est pas le lien de cette page. Collez-le en entier, avec la partie qui suit #.",

    show_choices: "Afficher les choix",
    choices_wait: "Les choix dépendent du choix précédent. Faites d’abord celui-ci.",
    choices_cut: "La liste continue\u{a0}; en voici le début.",
    choices_away: "Impossible de demander les choix à {provider}. Réessayez dans un instant.",
    choices_of_app: "Cette liste se trouve dans {app}. Ouvrez les paramètres dans {app} pour y choisir.",

    connected_title: "{provider} est connecté",
    connected_text: "Vous pouvez fermer cette fenêtre et revenir à l’application.",
    not_connected: "Non connecté",
    close_window: "Vous pouvez fermer cette fenêtre.",
    close_and_start: "Fermez cette fenêtre et recommencez depuis l’application.",
    back_to_app: "Retour à l’application",

    not_ours: "Ce lien ne vient pas de nous ou a été modifié en chemin. Recommencez depuis l’application.",
    used: "Ce lien a déjà été utilisé. Recommencez depuis l’application.",
    over: "Cette tentative est terminée ou a déjà été ouverte. Recommencez depuis l’application.",
    too_late: "Plus de dix minutes se sont écoulées. Recommencez depuis l’application.",
    other_browser: "Cette connexion a été commencée dans un autre navigateur. Recommencez depuis l’application dans ce navigateur.",
    wrong_issuer: "La réponse ne vient pas de {provider}. Recommencez depuis l’application.",
    denied: "L’accès n’a pas été accordé sur la page de {provider}. Recommencez depuis l’application et autorisez-y l’accès.",
    refused: "Réponse de {provider} : {reason}. Recommencez depuis l’application ; si cela ne suffit pas, contactez ses responsables.",
    no_answer: "{provider} vous a renvoyé sans réponse. Recommencez depuis l’application.",
    not_ready: "{provider} ne peut pas être connecté pour le moment. Contactez les responsables de l’application.",
    provider_down: "{provider} n’a pas répondu. Recommencez depuis l’application dans un instant.",
    egress: "Ce serveur n’a pas le droit d’appeler l’adresse de {provider}. Contactez les responsables de l’application.",
    unknown: "Il n’y a rien à connecter ici. Contactez les responsables de l’application.",
    not_permitted: "Vous n’avez pas le droit de connecter ceci. Contactez les responsables de l’application.",
    signed_out: "Vous n’êtes plus connecté à l’application. Fermez cette fenêtre, rechargez l’application et recommencez.",
    app_at_fault: "L’application a ouvert cette fenêtre d’une façon qui ne fonctionne pas. Signalez-le à ses responsables : {reason}",
    too_many: "Trop de tentatives. Attendez une minute, puis recommencez depuis l’application.",
    away: "Rien n’a été enregistré, car la base de données ne répond pas. Recommencez depuis l’application dans un instant.",
    unreachable: "La connexion n’a pas abouti. Vérifiez votre réseau, fermez cette fenêtre et recommencez depuis l’application.",
    fault: "Une erreur s’est produite de notre côté. Recommencez depuis l’application dans un instant.",
};
